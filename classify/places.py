"""Which places a text names: provinces everywhere, districts where a plan is held, communes where known.

A name is believed when it is capitalised, or stands after its sort ("huyện", "TP."), or is no word by itself; typed
without accents, only where it cannot be read as something else. Of places of one name the plan's own province comes
first.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from classify.phrases import Found, Phrases, is_unaccented
from core.model import PlaceMention
from core.places import bare_name, communes, districts, provinces, spellings, words
from core.vietnamese import Token, tokens

_PROVINCE, _DISTRICT, _COMMUNE, _NONE = "province", "district", "commune", ""
# The sort before a name, and the levels it can mean. Streets, hamlets and schools carry names of places elsewhere.
_SORTS: dict[tuple[str, ...], frozenset[str]] = {
    ("tinh",): frozenset({_PROVINCE}),
    ("thanh", "pho"): frozenset({_PROVINCE, _DISTRICT}),
    ("tp",): frozenset({_PROVINCE, _DISTRICT}),
    ("huyen",): frozenset({_DISTRICT}),
    ("quan",): frozenset({_DISTRICT}),
    ("thi", "xa"): frozenset({_DISTRICT}),
    ("thi", "tran"): frozenset({_COMMUNE}),
    ("tt",): frozenset({_COMMUNE}),
    ("xa",): frozenset({_COMMUNE}),
    ("phuong",): frozenset({_COMMUNE}),
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
    "tỉnh thành phố tp huyện quận thị xã trấn tt phường thôn xóm ấp khu đường ngõ hẻm cầu chùa trường".split()  # noqa: SIM905
)
_INITIALS = {"h": _DISTRICT, "q": _DISTRICT, "p": _COMMUNE, "x": _COMMUNE, "t": _PROVINCE}
_SURNAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh mai cao lương".split()  # noqa: SIM905
)
_MIDDLE_NAMES = frozenset("văn thị huy đức minh ngọc xuân quang hữu thanh thái".split())  # noqa: SIM905
_BREAK = re.compile(r"[,.;:!?()\[\]\n\"“”…/]")
_SHOUTED = 0.6


class _Place(NamedTuple):
    level: str
    province: str = ""
    district: str = ""
    commune: str = ""
    name: str = ""


class _Text(NamedTuple):
    """A text with what is known about how it was typed."""

    text: str
    syllables: Sequence[Token]
    bare: bool
    shouted: bool  # capitals everywhere, so that they tell nothing


class Gazetteer:
    """Finds places for one province's plan; ``districts`` are its titles as the plan writes them."""

    def __init__(self, province: str, districts: tuple[str, ...] = ()) -> None:
        self._own = province
        self._phrases: Phrases[_Place] = Phrases()
        for name in provinces():
            for spelling in dict.fromkeys(map(bare_name, spellings(name))):
                self._phrases.add(spelling, _Place(_PROVINCE, name, name=spelling))
            self._add_districts(name, districts if name == province else ())
        for phrase in words("not_places"):
            self._phrases.add(phrase, _Place(_NONE, name=phrase))

    def _add_districts(self, province: str, titles: tuple[str, ...]) -> None:
        for title in titles or districts(province):
            name = bare_name(title)
            self._phrases.add(name, _Place(_DISTRICT, province, title, name=name))
            for commune in communes(province, title):
                self._phrases.add(commune, _Place(_COMMUNE, province, title, commune, commune))

    def find(self, full_text: str) -> tuple[PlaceMention, ...]:
        """Places named in ``Document.full_text``, in order, with character offsets of their names."""
        syllables = tokens(full_text)
        typed = _Text(full_text, syllables, is_unaccented(syllables), _is_shouted(full_text, syllables))
        spots = _longest(list(self._phrases.find(syllables)))
        provinces_at = {
            spot[0].first: frozenset(hit.value.province for hit in spot if hit.value.level == _PROVINCE)
            for spot in spots
        }
        chosen = [
            (spot[0], place) for spot in spots
            if (place := self._choose(spot, typed, _province_after(spot, provinces_at, syllables)))
        ]
        named = {name for _, place in chosen if place.level != _COMMUNE for name in (place.province, place.district)}
        chosen = [
            (hit, place) for hit, place in chosen
            if place.level != _COMMUNE
            or (self._is_known(hit, place, named, typed) and not _elsewhere(hit, place, typed))
        ]
        return tuple(
            PlaceMention(
                place.province, place.district, place.commune, syllables[hit.first].start, syllables[hit.last - 1].end,
            )
            for hit, place in chosen
        )

    def _choose(self, spot: list[Found[_Place]], typed: _Text, after: frozenset[str]) -> _Place | None:
        """The place meant at one spot, of those that share the name; None for no place."""
        levels = _sort_before(spot[0], typed)
        fitting = [
            hit.value for hit in spot
            if hit.value.level and (levels is None or hit.value.level in levels)
            and (not after or hit.value.level == _PROVINCE or hit.value.province in after)
            and not _is_broken(hit, typed) and (levels or typed.shouted or not _is_person(hit, typed))
            and _is_believed(hit, typed, bool(levels))
        ]
        if not fitting:
            return None
        order = {_PROVINCE: 0, _DISTRICT: 1, _COMMUNE: 2}
        if levels and len(levels) > 1:  # "thành phố Thanh Hóa" is the city in the province
            order = {_DISTRICT: 0, _PROVINCE: 1, _COMMUNE: 2}
        return min(fitting, key=lambda place: (order[place.level], place.province != self._own))

    def _is_known(self, hit: Found[_Place], place: _Place, named: set[str], typed: _Text) -> bool:
        """Communes share names all over the country: one is believed where its district or province is named too, with
        its sort or its district; or where it is well known here.
        """
        if place.name in words("well_known") and place.province == self._own:
            return True
        return place.district in named or (place.province in named and _sort_before(hit, typed) is not None)


def _longest(hits: list[Found[_Place]]) -> list[list[Found[_Place]]]:
    """Hits by spot; where spots overlap, the longer and then the earlier one stays."""
    spots: dict[tuple[int, int], list[Found[_Place]]] = {}
    for hit in hits:
        spots.setdefault((hit.first, hit.last), []).append(hit)
    kept: list[tuple[int, int]] = []
    for first, last in sorted(spots):
        if kept and first < kept[-1][1]:
            if last - first <= kept[-1][1] - kept[-1][0]:
                continue
            kept.pop()
        kept.append((first, last))
    return [spots[key] for key in kept]


def _sort_before(hit: Found[_Place], typed: _Text) -> frozenset[str] | None:
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


def _elsewhere(hit: Found[_Place], place: _Place, typed: _Text) -> bool:
    """Whether a commune is followed by the sort and name of another district: "xã Tân Lập, huyện Đầm Hà"."""
    following = typed.syllables[hit.last : hit.last + 6]
    for length in (2, 1):
        levels = _SORTS.get(tuple(token.folded for token in following[:length]))
        if levels and _DISTRICT in levels and following[0].norm in _ACCENTED:
            name = [token.folded for token in tokens(bare_name(place.district))]
            return [token.folded for token in following[length : length + len(name)]] != name
    return False


def _is_person(hit: Found[_Place], typed: _Text) -> bool:
    """Whether a surname stands before: "Nguyễn Hòa Bình", "Hà Huy Vĩnh Tường"."""
    before = typed.syllables[max(0, hit.first - 2) : hit.first]
    after = typed.syllables[hit.first].start
    if not before or typed.text[before[-1].end : after] != " " or not typed.text[before[-1].start].isupper():
        return False
    if before[-1].norm in _SURNAMES:
        return True
    return len(before) == 2 and before[0].norm in _SURNAMES | {"hà"} and before[1].norm in _MIDDLE_NAMES


def _is_broken(hit: Found[_Place], typed: _Text) -> bool:
    """Whether punctuation stands inside: "ở Đức, cơ quan" is not Đức Cơ."""
    inside = typed.syllables[hit.first : hit.last]
    return any(
        _BREAK.search(typed.text, one.end, two.start) for one, two in itertools.pairwise(inside) if two.start > one.end
    )


def _is_believed(hit: Found[_Place], typed: _Text, has_sort: bool) -> bool:
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
        return capitals or (place.level != _COMMUNE and place.name not in words("words"))
    if capitals:
        return place.level != _COMMUNE
    return typed.bare and place.level != _COMMUNE and not {place.name, place.district} & (
        words("words") | words("unclear_bare")
    )


def _province_after(
    spot: list[Found[_Place]], provinces_at: dict[int, frozenset[str]], syllables: Sequence[Token]
) -> frozenset[str]:
    """The province named right after a place ("huyện Vĩnh Lộc, tỉnh Thanh Hóa"), which it must then lie in."""
    at = spot[0].last
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
