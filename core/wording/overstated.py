"""Whether a headline says more than its article ("giật tít"): rules that a reader can check, each with its words.

Headlines mislead by what the article itself takes back (Ecker and others, 2014: "The effects of subtle misinformation
in news headlines"), by alarm, and by holding back what happened. A sign is about the headline, never about the truth of
the article: it raises no probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from core.codes.texts import HeadlineSign
from core.vietnamese import Token, sentences, tokens

_FEWEST_BODY = 40  # syllables; below that there is no article to compare with
_READ_OF_BODY = 8_000  # characters
_ENOUGH = 0.5
_COVERED = 0.45  # share of the headline's different words that an article which bears it out repeats at least
_FEWEST_WORDS = 6
_LONGEST_HEAD = 40  # syllables; some pages give the opening paragraph for a title
_SAME_MATTER = 0.5  # share of the headline's words in a sentence that says the same thing
_SAME_SUBJECT = 0.25

_CERTAIN = (
    "chữa khỏi", "khỏi hẳn", "khỏi hoàn toàn", "diệt sạch", "tiêu diệt", "diệt virus", "tuyệt đối", "chắc chắn",
    "đặc trị", "thần dược", "vô hiệu hóa", "không còn hiệu quả", "gây chết người", "gây tử vong", "gây ung thư",
    "gây vô sinh", "chết vì vắc xin", "tử vong vì vắc xin", "tử vong do vắc xin", "tìm ra thuốc", "đã có thuốc",
    "hết dịch", "vỡ trận",
)  # fmt: skip
_HEDGED = (
    "có thể", "có khả năng", "chưa có bằng chứng", "chưa đủ bằng chứng", "chưa khẳng định", "chưa thể khẳng định",
    "chưa kết luận", "đang thử nghiệm", "trong phòng thí nghiệm", "trên chuột", "trên động vật", "trong ống nghiệm",
    "cần nghiên cứu thêm", "cần thêm nghiên cứu", "chưa rõ nguyên nhân", "đang làm rõ", "không liên quan",
    "chưa được cấp phép", "nghi do", "giai đoạn đầu", "bước đầu", "chưa xác định", "bệnh nền",
)  # fmt: skip
_UNVERIFIED = (
    "tin đồn", "lan truyền trên mạng", "mạng xã hội lan truyền", "chưa được xác nhận", "chưa được kiểm chứng",
    "chưa kiểm chứng", "chưa xác nhận", "bác bỏ", "không đúng sự thật", "tin giả", "thông tin sai",
    "không có chuyện",
)  # fmt: skip
_CAREFUL = (
    "được cho là", "nghi", "tin đồn", "thực hư", "bác", "bác bỏ", "phủ nhận", "sự thật", "tin giả", "không có",
    "không phải", "có thể", "theo", "nói gì", "lên tiếng", "cảnh báo", "xử phạt", "phạt", "triệu tập", "đính chính",
    "cải chính", "giả", "sai", "đồn", "vụ",
)  # fmt: skip
_ALARM = (
    "sốc", "kinh hoàng", "rúng động", "chấn động", "khiếp", "rợn người", "ớn lạnh", "không thể tin nổi",
    "không tin nổi", "kinh dị", "thảm khốc", "cực sốc", "nóng", "khẩn", "choáng", "tá hỏa", "hãi hùng", "rùng mình",
)  # fmt: skip
_WITHHELD = (
    "lý do khiến", "lý do không ngờ", "điều này", "điều ít ai biết", "sự thật phía sau", "bí mật", "bạn sẽ không",
    "cái kết", "ai cũng", "thứ này", "loại này", "việc này", "không ai ngờ", "chuyện gì đã xảy ra",
)  # fmt: skip
_DATE = re.compile(r"\d{1,2}(?:h\d{0,2}|[/-]\d{1,2}(?:[/-]\d{4})?)|(?:19|20)\d\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SMALL_WORDS = frozenset([
    "và", "của", "là", "có", "ở", "cho", "với", "các", "những", "một", "được", "bị", "trong", "khi", "vì", "do", "đã",
    "đang", "sẽ", "từ", "này", "đến", "tại", "về", "sau", "trước", "ra", "vào", "thêm", "người", "như", "nào", "gì",
    "sao", "thế", "nhất", "rất", "lại", "hơn", "không", "mà", "thì", "để", "theo", "cùng", "trên", "dưới", "qua",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overstep:
    """One way in which a headline goes beyond its article. ``said``: the headline's words; ``against``: the article's,
    empty where it lacks them.
    """

    code: HeadlineSign
    said: str
    against: str = ""


@dataclass(frozen=True, slots=True)
class Overstated:
    """Signs found, and their sum as a score from 0 to 1. ``enough``: the headline is worth a second look."""

    score: float
    signs: tuple[Overstep, ...]

    @property
    def enough(self) -> bool:
        """Whether the signs together make a headline that says more than its article."""
        return self.score >= _ENOUGH


def overstated(title: str, text: str) -> Overstated:
    """Compare a headline with its article; no sign where there is no headline, a whole paragraph in its place, or
    hardly an article (under 40 syllables).
    """
    head, body = tokens(title[:500]), text[:_READ_OF_BODY]
    told = tokens(body)
    if not head or len(head) > _LONGEST_HEAD or len(told) < _FEWEST_BODY:
        return Overstated(0.0, ())
    signs = [
        sign for sign in (
            _taken_back(head, body, asks="?" in title),
            _number(title, body),
            _uncovered(head, told),
            _only_in_title(HeadlineSign.ALARM, _ALARM, _joined(head), _joined(told)),
            _only_in_title(HeadlineSign.WITHHELD, _WITHHELD, _joined(head), _joined(told)),
        ) if sign
    ]  # fmt: skip
    return Overstated(round(min(1.0, sum(sign.code.weight for sign in signs)), 2), tuple(signs))


def _joined(syllables: Sequence[Token]) -> str:
    return f" {' '.join(token.norm for token in syllables)} "


@cache
def _phrase(words: str) -> str:
    return _joined(tokens(words))


def _first(words: Sequence[str], joined: str) -> str:
    return next((word for word in words if _phrase(word) in joined), "")


def _content(syllables: Sequence[Token]) -> set[str]:
    return {t.folded for t in syllables if t.norm not in _SMALL_WORDS and not t.norm.isdigit()}


def _taken_back(head: Sequence[Token], text: str, *, asks: bool) -> Overstep | None:
    """The headline is sure of what a sentence of the article doubts or denies. A careful headline is fair."""
    said, wanted = _joined(head), _content(head)
    if _first(_CAREFUL, said) or asks or not wanted:
        return None
    certain = _first(_CERTAIN, said)
    for start, end in sentences(text):
        told = tokens(text[start:end])
        shared = len(wanted & _content(told)) / len(wanted)
        joined = _joined(told)
        if shared >= _SAME_MATTER and (word := _first(_UNVERIFIED, joined)):
            return Overstep(HeadlineSign.UNVERIFIED, "", word)
        if certain and shared >= _SAME_SUBJECT and (word := _first(_HEDGED, joined)):
            return Overstep(HeadlineSign.CERTAIN, certain, word)
    return None


def _number(title: str, text: str) -> Overstep | None:
    known = set(_NUMBER.findall(text))
    missing = [number for number in _NUMBER.findall(_DATE.sub(" ", title)) if number not in known]
    big = [number for number in missing if len(number) > 1]  # small ones are often written out in words
    return Overstep(HeadlineSign.NUMBER, big[0]) if big else None


def _uncovered(head: Sequence[Token], body: Sequence[Token]) -> Overstep | None:
    words = _content(head)
    missing = words - {token.folded for token in body}
    if len(words) < _FEWEST_WORDS or len(missing) <= (1 - _COVERED) * len(words):
        return None
    return Overstep(HeadlineSign.UNCOVERED, " ".join(dict.fromkeys(t.norm for t in head if t.folded in missing)))


def _only_in_title(code: HeadlineSign, words: Sequence[str], said: str, told: str) -> Overstep | None:
    word = _first(words, said)
    return Overstep(code, word) if word and _phrase(word) not in told else None
