"""Of which place a claim or a document is, seen from a province. Pure; the one place where that is decided."""

from __future__ import annotations

import re
from collections.abc import Collection

from core.codes.scopes import ClaimScope
from core.vietnamese import fold

_EVERYONE = (
    "vac xin", "vaccine", "vacxin", "vaccin", "tiem chung", "bai thuoc", "thuoc nam", "thuoc bac", "thuoc tri",
    "thuoc chua", "uong thuoc", "loai thuoc", "khang sinh", "chua khoi", "khoi benh", "chua benh", "chua covid",
    "tri covid", "diet virus", "diet vi rut", "diet sach", "diet khuan", "phong covid", "ngua covid", "phong benh",
    "mien dich", "de khang", "khang the", "bien the", "tac dung phu", "bien chung", "5g", "chip", "tinh dau",
    "nuoc chanh", "nuoc muoi", "toi song", "khau trang", "dieu tri",
)  # fmt: skip
_SOMEWHERE = (
    "xa minh", "xa ta", "huyen minh", "huyen ta", "tinh minh", "tinh ta", "tinh nha", "phuong minh", "lang minh",
    "thon minh", "xom minh", "khu minh", "que minh", "toan tinh", "toan huyen", "toan xa", "o day", "phong toa",
    "cho dau moi", "sieu thi", "truong hoc", "benh vien",
)  # fmt: skip
_LONGEST = 4_000  # characters: what a text is about stands at its beginning


def _pattern(phrases: Collection[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


_OF_EVERYONE, _OF_SOMEWHERE = _pattern(_EVERYONE), _pattern(_SOMEWHERE)


def scope_of(province: str, named: Collection[str], text: str, *, tip: bool = False) -> ClaimScope:
    """The scope of what names these provinces (display names; a text that names no place has that of its source).

    In the province: it names it, one of its own sources brought it, or it is a tip (``tip``: people send those to this
    office). Elsewhere: it names other provinces only. What names no place concerns the whole country when it is about
    a cure, a vaccine or how the disease goes about, and not about an event somewhere; else its place is unknown.
    """
    if tip or province in named:
        return ClaimScope.PROVINCE
    if named:
        return ClaimScope.ELSEWHERE
    words = re.sub(r"[\W_]+", " ", fold(text[:_LONGEST]))
    if _OF_EVERYONE.search(words) and not _OF_SOMEWHERE.search(words):
        return ClaimScope.NATIONAL
    return ClaimScope.UNKNOWN
