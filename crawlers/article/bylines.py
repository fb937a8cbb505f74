"""Who wrote a page: by its meta data, by what it prints, never the paper's own name or account."""

from __future__ import annotations

import re
from typing import Any

from crawlers.page.markup import classes, inline_text, plain

_BYLINE = re.compile(r"author(?!i)|byline|created-?by|tac-?gia|but-?danh|nguoi-?viet", re.IGNORECASE)
_AUTHOR_PAGE = re.compile(r"/(?:tac-gia|author|phong-vien)s?/", re.IGNORECASE)
_OFFICE = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.\s|(?:UBND|ỦY BAN|SỞ|BAN CHỈ ĐẠO)\b")
"""How a notice is signed for an office: no name of a person."""
_ACCOUNTS = (
    "báo ", "bao ", "cổng ", "trang ", "ban biên tập", "bbt", "admin", "quản trị", "super user", "biên tập",
    "webmaster", "tòa soạn", "toà soạn", "theo ", "nguồn ",
)  # fmt: skip
"""How the names of papers and of accounts that enter texts begin."""
_LONGEST = 200  # characters of a byline


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value[:10] for name in _names(item)]
    if isinstance(value, dict):
        if str(value.get("@type") or "") == "Organization":
            return []
        return _names(value.get("name"))
    return [name for name in re.split(r"\s*[;,]\s*|\s+-\s+", plain(value)) if name] if isinstance(value, str) else []


def _printed_names(tree: Any, heading: Any) -> list[str]:
    """Names in what is called an author by its class, link or microdata; first those after the headline."""
    before: list[str] = []
    after: list[str] = []
    found = before if heading is not None else after
    for element in tree.iter("h1", "p", "div", "span", "a", "strong", "b", "h2", "h3", "h4", "h5", "dd", "li"):
        if element is heading:
            found = after
        elif element.get("rel") != "tag" and (
            ((element.get("class") or element.get("id")) and _BYLINE.search(classes(element)))
            or "author" in (element.get("rel") or "", element.get("itemprop") or "")
            or (element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or ""))
        ):
            if next(element.iterfind(".//a[@rel='tag']"), None) is not None:
                continue  # what a text is about, set in the line of its author
            parts = (inline_text(part) for part in (*element.iter("a", "b", "strong", "span", "h3", "h4"), element))
            names = (name_of(text) for text in parts if 2 < len(text) <= 80)
            found += [name for name in names if 2 < len(name) <= 60 and _is_name(name)][:1]
    return after + before


def author_of(tree: Any, tags: dict[str, list[str]], ld: dict[str, Any], heading: Any) -> str:
    """Names of the people who wrote it, joined by commas; never the publisher's own name."""
    publisher = ld.get("publisher")
    sites = {*map(str.lower, tags.get("og:site_name", [])), *map(str.lower, tags.get("copyright", []))}
    sites |= {name.lower() for name in _names(publisher.get("name") if isinstance(publisher, dict) else publisher)}
    printed = _printed_names(tree, heading)
    meta = (value for name in ("article:author", "author", "dable:author") for value in tags.get(name, []))
    given = [*_names(ld.get("author")), *(name for value in meta for name in _names(value))]
    named = [name for name in given if _is_name(name) and not _is_site(name, sites)]
    printed = [", ".join(part for part in name.split(", ") if not _is_site(part, sites)) for name in printed]
    for name in filter(None, [*named[:3], *printed]):
        if not _is_site(name, sites):
            return ", ".join(dict.fromkeys(named[:5])) if name in named else name
    return ""


def name_of(text: str) -> str:
    """The names in a printed byline: "Tác giả: Hà Thu (tổng hợp)" gives "Hà Thu". Only its beginning is looked at."""
    text = re.sub(
        r"^(?:(?:Tác giả|Theo|Nguồn|(?:Bài|Tin)(?: và|[,/])\s*ảnh|Tin,\s*bài|Bài|Tin|Ảnh|Người viết|Thực hiện|PV)\s*:"
        r"|(?:Viết bởi|Đăng bởi|Bởi|Tác giả)\s*:?\s)\s*"
        r"|\s*(?:-\s*)?(?:Phóng viên|thực hiện|tổng hợp|lược dịch|lược ghi)\.?$",
        "",
        text[:_LONGEST],
        flags=re.IGNORECASE,
    )
    plain = re.sub(r"\s*\([^)]*\)", "", text).strip()
    if _OFFICE.match(plain):
        return ""
    plain = plain.rstrip(".") if " " in plain else plain
    return ", ".join(filter(None, re.split(r"\s*[;,/]\s*|\s+[-–]\s+", plain)))


def _is_site(name: str, sites: set[str]) -> bool:
    plain = re.sub(r"\W", "", name.lower())
    if name.lower().startswith(_ACCOUNTS) or "." in name:
        return True
    known = [other for site in sites if (other := re.sub(r"\W", "", site))]
    return any(plain and (plain in other or other in plain) for other in known)


def _is_name(text: str) -> bool:
    """Whether a short text can be a person's name: few words, capitals, no address or sentence."""
    words = text.replace(",", " ").replace("-", " ").split()
    if not 1 <= len(words) <= 12 or re.search(r"https?:|\d|[!?:/]", text):
        return False
    return sum(word[0].isupper() for word in words if word[0].isalpha()) >= len(words) * 0.6
