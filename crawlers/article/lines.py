"""Lines that stand in an article and are none of its text: captions, bylines, labels, what to read next."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from crawlers.article.times import printed_time
from crawlers.page.markup import block_text, classes, inline_text, squash

MORE = re.compile(
    r"^\s*(?:>{1,3}|»|›|►|▶|\*{1,3}|\[|\()?\s*"
    r"(?:mời\s+(?:quý\s+)?(?:độc giả|bạn đọc|bạn|vị)\s+(?:đón\s+)?(?:xem|đọc|theo dõi)"
    r"|đọc thêm|xem thêm|xem tiếp|tin liên quan"
    r"|bài liên quan|đọc tiếp|có thể bạn quan tâm|tin cùng chuyên mục|xem video|video đang xem nhiều|bạn đang đọc|>>)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|[\s(.–-])(?:Ảnh|Nguồn ảnh|Ảnh minh họa|Ảnh minh hoạ|Photo|Đồ họa|Video|Clip)"
    r"\s*(?::\s*[^.:]{2,60}|minh họ?ạ?a?)\)?\.?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^\(?(?:Theo|Nguồn(?: tin)?|Tác giả|Bài|Bài và ảnh|(?:Bài|Tin)[,/]\s*ảnh|Tin, bài|PV|Ảnh|Thực hiện)"
    r"\s*:?\s+\S.{0,60}\)?$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:(?:từ khó[aá]|tags?)\s*:|bạn đang (?:đọc|xem) bài|copyright|©"
    r"|mọi (?:thông tin|ý kiến|phản ánh|góp ý).{0,80}(?:gửi|liên hệ|hotline|hòm thư|email)"
    r"|theo dõi .{0,60}(?:google news|zalo|facebook|fanpage|youtube))",
    re.IGNORECASE,
)
"""Lines that papers put under a text: its tags, what readers may send and where they may follow."""
_BUTTON = re.compile(
    r"^\W*(?:chia sẻ|(?:số )?lượt (?:xem|đọc)|in (?:bài|trang|tin|ra)|gửi (?:bình luận|ý kiến|email)"
    r"|(?:ý kiến|bình luận|phản hồi)(?: bạn đọc| của bạn)?\s*\(|quay lại|trở (?:lại|về)|về (?:trang|đầu)|lên đầu trang"
    r"|đánh giá (?:bài|tin)|(?:tổng )?số (?:điểm|lần xem))",
    re.IGNORECASE,
)
"""The same for what they print on buttons and beside them; sentences begin so too, but not such short ones."""
IMPRINT = re.compile(
    r"(?:©|copyright\b|bản quyền|(?:số )?giấy phép|cơ quan (?:chủ quản|ngôn luận)|tổng biên tập|ghi rõ nguồn)",
    re.IGNORECASE,
)
"""How lines begin in which a paper names itself under a text."""
_WORK = re.compile(r"\s\(?(?:thực hiện|tổng hợp|lược dịch|lược ghi|ghi)\)?$", re.IGNORECASE)
_CREDIT = re.compile(r"\(?(?:Theo|Nguồn)\b", re.IGNORECASE)
_DATE_LINE = re.compile(
    r"(?:(?:Thứ|Cập nhật|Ngày|Đăng)\s+\w+|Chủ nhật)?[\s,:]*[\d/.:\s,|–h-]{8,24}(?:\s*\(?GMT\s*\+\s*7\)?)?",
    re.IGNORECASE,
)
_PAIR = 2
"""A box of a picture and its caption has two parts."""
_SHORT_DATE = 40
_NO_DATE = re.compile(r"tháng|thứ|chủ nhật|ngày|năm|lúc|giờ|phút|sáng|chiều|tối|GMT|AM|PM|[\W\d_]+|h", re.IGNORECASE)
"""What stands beside the numbers of a line that is a date and nothing else."""
_NEARLY = 0.9
_TABLE = frozenset({"font", "td", "tr"})
_LONGEST_SIGNATURE = 200
_ENDS = '.!?…:;"”)»'


def dropped(line: str, element: Any, *, bare: bool = False) -> bool:
    """Whether a line of a block is none of the article's text. ``bare``: the block holds others, its neighbours say
    nothing about the line.
    """
    if not re.search(r"\w", line) or _DATE_LINE.fullmatch(line):
        return True
    if len(line) <= _SHORT_DATE and not _NO_DATE.sub("", line).strip() and printed_time(line):
        return True
    if len(line) < 250 and (MORE.match(line) or _LABEL.match(line) or (not bare and _is_caption(element))):
        return True
    if len(line) <= 60 and line[-1] not in ".!?" and _BUTTON.match(line):
        return True
    captioned = len(line) < 250 and _CAPTION.search(line) and not _BYLINE.match(line)
    return bool(captioned and ((not bare and _has_picture(element)) or len(line) < 120))


def _is_caption(element: Any) -> bool:
    """Whether a block is set apart (centred, or in italics as a whole) under a picture, or beside one in a box."""
    before = element.getprevious()
    if _is_picture(before) or next(element.iter("img"), None) is not None:
        return _set_apart(element) or (before is not None and len(element.getparent()) == _PAIR)
    return False


def _is_picture(element: Any) -> bool:
    """Whether an element holds a picture and no text."""
    if element is None or not isinstance(element.tag, str):
        return False
    return (element.tag == "img" or next(element.iter("img"), None) is not None) and not inline_text(element)


def _set_apart(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    if "text-align:center" in style or (element.get("align") or "").lower() == "center":
        return True
    slanted = sum(len(inline_text(part)) for part in element.iter("em", "i"))
    return slanted >= _NEARLY * len(inline_text(element))


def _has_picture(element: Any) -> bool:
    around = (element, element.getprevious(), element.getparent())
    near = [e for e in around if e is not None and isinstance(e.tag, str)]
    return any(next(e.iter("img", "figure"), None) is not None for e in near)


def without_dateline(texts: list[str], author: str) -> list[str]:
    """The paragraphs without the line of author, time and buttons that stands above them."""
    for number, text in enumerate(texts[:3]):
        if len(text) > 120 or text[-1] in _ENDS or not (printed_time(text) or text.lower() == author.lower()):
            return texts[number:]
    return texts[3:]


def at_the_right(element: Any) -> bool:
    """Whether a block is set at the right, as signatures are."""
    style = f"{element.get('style') or ''} text-align:{element.get('align') or ''}".replace(" ", "").lower()
    if element.tag == "tr":
        return any(at_the_right(cell) for cell in element.iter("td"))
    return "text-align:right" in style or "text-right" in classes(element)


def signature(container: Any) -> str:
    """A name at the right under the text."""
    while container.tag in _TABLE and container.getparent() is not None:  # in old layouts it has a row of its own
        if next(container.itersiblings(), None) is not None and container.tag != "td":
            break
        container = container.getparent()
    for element in islice(container.itersiblings(), 2):
        lines = block_text(element).split("\n") if isinstance(element.tag, str) else []
        if sum(map(len, lines)) > _LONGEST_SIGNATURE:
            break
        for line in lines:
            if 2 < len(line) <= 80 and (at_the_right(element) or _BYLINE.match(line)) and not _CREDIT.match(line):
                return line
    return ""


def without_byline(texts: list[str], author: str, signed: set[str]) -> tuple[list[str], str]:
    """The paragraphs without names at their end, and the last of these that is not a source's."""
    bylines: list[str] = []
    texts = list(texts)
    while len(texts) > 1 and len(bylines) < 3:
        if not _is_byline(texts[-1], author) and not (texts[-1] in signed and len(texts[-1]) <= 120):
            break
        bylines.append(texts.pop())
    return texts, next((line for line in bylines if not _CREDIT.match(line)), "")


def _is_byline(text: str, author: str) -> bool:
    if len(text) > 80:
        return False
    if author and squash(text).lower() == author.lower():
        return True
    if _BYLINE.match(text) and text[-1] not in ".!?":
        return True
    words = re.sub(r"\([^)]*\)", "", _WORK.sub("", text)).replace("-", " ").replace(",", " ").replace("/", " ").split()
    if not 1 <= len(words) <= 9 or text[-1] in _ENDS.replace(")", "") or re.search(r"\d", text):
        return False
    return all(word[:1].isupper() for word in words)
