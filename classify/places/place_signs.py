"""How a name was typed, and what that says: the sort before it, a surname, capitals, punctuation inside."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from classify.text.phrases import FoundPhrase, is_unaccented
from core.places import bare_name, words
from core.vietnamese import Token, tokens

PROVINCE, DISTRICT, COMMUNE, NONE = "province", "district", "commune", ""
# The sort before a name, and the levels it can mean. Streets, hamlets and schools carry names of places elsewhere.
_SORTS: dict[tuple[str, ...], frozenset[str]] = {
    ("tinh",): frozenset({PROVINCE}),
    ("thanh", "pho"): frozenset({PROVINCE, DISTRICT}),
    ("tp",): frozenset({PROVINCE, DISTRICT}),
    ("huyen",): frozenset({DISTRICT}),
    ("quan",): frozenset({DISTRICT}),
    ("thi", "xa"): frozenset({DISTRICT}),
    ("thi", "tran"): frozenset({COMMUNE}),
    ("dac", "khu"): frozenset({COMMUNE}),
    ("tt",): frozenset({COMMUNE}),
    ("xa",): frozenset({COMMUNE}),
    ("phuong",): frozenset({COMMUNE}),
    ("thon",): frozenset(),
    ("xom",): frozenset(),
    ("ap",): frozenset(),
    ("khu", "pho"): frozenset(),
    ("duong",): frozenset(),
    ("pho",): frozenset(),
    ("ngo",): frozenset(),
    ("hem",): frozenset(),
    ("cau",): frozenset(),
    ("chua",): frozenset(),
    ("truong",): frozenset(),
}
# Sorts as typed with accents: "phương", "quán" or "tính" before a name are other words.
_ACCENTED = frozenset(
    "tỉnh thành phố tp huyện quận thị xã trấn tt phường đặc thôn xóm ấp khu đường ngõ hẻm cầu chùa trường".split()  # noqa: SIM905
)
_INITIALS = {"h": DISTRICT, "q": DISTRICT, "p": COMMUNE, "x": COMMUNE, "t": PROVINCE}
_SURNAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh mai cao lương".split()  # noqa: SIM905
)
_MIDDLE_NAMES = frozenset("văn thị huy đức minh ngọc xuân quang hữu thanh thái".split())  # noqa: SIM905
_BREAK = re.compile(r"[,.;:!?()\[\]\n\"“”…/]")
_SHOUTED = 0.6


class PlaceMeaning(NamedTuple):
    """What a name can mean. ``name`` is what is typed, without its sort. ``today``: a commune since July 2025, and then
    ``province`` and ``district`` are those of 2021 in which most of it lies.
    """

    level: str
    province: str = ""
    district: str = ""
    commune: str = ""
    name: str = ""
    today: bool = False


class Typed(NamedTuple):
    """A text with what is known about how it was typed."""

    text: str
    syllables: Sequence[Token]
    bare: bool
    shouted: bool  # capitals everywhere, so that they tell nothing


def read(full_text: str) -> Typed:
    """The text's syllables, and whether it was typed without accents or in capitals."""
    syllables = tokens(full_text)
    return Typed(full_text, syllables, is_unaccented(syllables), _is_shouted(full_text, syllables))


def sort_before(hit: FoundPhrase[PlaceMeaning], typed: Typed) -> frozenset[str] | None:
    """The levels that the sort before a name allows; None where there is no sort."""
    syllables = typed.syllables
    for length in (2, 1):
        before = syllables[max(0, hit.first - length) : hit.first]
        levels = _SORTS.get(tuple(token.folded for token in before))
        if levels is not None and all(
            token.norm in _ACCENTED or (typed.bare and token.norm == token.folded) for token in before
        ):
            return levels
    if hit.first:
        last = syllables[hit.first - 1]
        if last.norm in _INITIALS and typed.text[last.end : last.end + 1] == ".":
            return frozenset({_INITIALS[last.norm]})
    return None


def district_after(hit: FoundPhrase[PlaceMeaning], place: PlaceMeaning, typed: Typed) -> bool | None:
    """Whether a commune's own district follows it ("xã Tân Lập, huyện Sông Lô", "Tân Lập, Sông Lô"): True; another one
    with its sort ("xã Tân Lập, huyện Đầm Hà"): False; neither: None.
    """
    following = typed.syllables[hit.last : hit.last + 6]
    name = [token.folded for token in tokens(bare_name(place.district))]
    for length in (2, 1, 0):
        levels = _SORTS.get(tuple(token.folded for token in following[:length])) if length else None
        if length and not (levels and DISTRICT in levels and following[0].norm in _ACCENTED):
            continue
        if [token.folded for token in following[length : length + len(name)]] == name:
            return True
        if length:
            return False
    return None


def is_person(hit: FoundPhrase[PlaceMeaning], typed: Typed) -> bool:
    """Whether a surname stands before: "Nguyễn Hòa Bình", "Hà Huy Vĩnh Tường"."""
    before = typed.syllables[max(0, hit.first - 2) : hit.first]
    after = typed.syllables[hit.first].start
    if not before or typed.text[before[-1].end : after] != " " or not typed.text[before[-1].start].isupper():
        return False
    if before[-1].norm in _SURNAMES:
        return True
    return len(before) == 2 and before[0].norm in _SURNAMES | {"hà"} and before[1].norm in _MIDDLE_NAMES


def is_broken(hit: FoundPhrase[PlaceMeaning], typed: Typed) -> bool:
    """Whether punctuation stands inside: "ở Đức, cơ quan" is not Đức Cơ."""
    inside = typed.syllables[hit.first : hit.last]
    return any(
        _BREAK.search(typed.text, one.end, two.start) for one, two in itertools.pairwise(inside) if two.start > one.end
    )


def is_believed(hit: FoundPhrase[PlaceMeaning], typed: Typed, *, has_sort: bool) -> bool:
    """Whether a name, typed as it was, is the place and no other word."""
    place = hit.value
    if has_sort:
        return hit.exact or typed.bare
    capitals = not typed.shouted and all(
        typed.text[token.start].isupper() for token in typed.syllables[hit.first : hit.last]
    )
    if place.name == "Hồ Chí Minh":  # the person, unless written as the city's short form
        return typed.syllables[hit.first].start == typed.syllables[hit.last - 1].start
    if hit.exact:
        return capitals or (place.level != COMMUNE and place.name not in words("words"))
    if capitals:
        return place.level != COMMUNE
    return (
        typed.bare
        and place.level != COMMUNE
        and not {place.name, place.district} & (words("words") | words("unclear_bare"))
    )


def province_after(
    hit: FoundPhrase[PlaceMeaning], provinces_at: dict[int, frozenset[str]], syllables: Sequence[Token]
) -> frozenset[str]:
    """The province named right after a place ("huyện Vĩnh Lộc, tỉnh Thanh Hóa"), which it must then lie in."""
    at = hit.last
    for sort in (("thanh", "pho"), ("tinh",), ("tp",)):
        if tuple(token.folded for token in syllables[at : at + len(sort)]) == sort:
            at += len(sort)
            break
    return provinces_at.get(at, frozenset())


def _is_shouted(text: str, syllables: Sequence[Token]) -> bool:
    """Whether capitals tell nothing: most words are all capitals, or it is a heading with every word capitalised."""
    spans = {(token.start, token.end) for token in syllables if text[token.start].isalpha()}
    if len(spans) < 5:
        return False
    if sum(text[start:end].isupper() for start, end in spans) > _SHOUTED * len(spans):
        return True
    return "," not in text and all(text[start].isupper() for start, _ in spans)
