"""Which places a text names: provinces and districts everywhere, communes where a plan is held.

A name is believed when it is capitalised, or stands after its sort ("huyện", "TP."), or is no word by itself; typed
without accents, only where it cannot be read as something else. Of places of one name the plan's own province comes
first; a district elsewhere needs its sort or its province. Since July 2025 there are communes of new names: they count
for the province and district of 2021 in which they lie, since plans and reports go by those.
"""

from __future__ import annotations

from datetime import date

from classify.places.place_signs import (
    COMMUNE,
    DISTRICT,
    NONE,
    PROVINCE,
    PlaceMeaning,
    Typed,
    district_after,
    is_believed,
    is_broken,
    is_person,
    province_after,
    read,
    sort_before,
)
from classify.text.phrases import FoundPhrase, Phrases
from core.model.documents import PlaceMention
from core.places import (
    MERGER,
    bare_name,
    communes,
    communes_today,
    districts,
    merged_into,
    provinces,
    provinces_today,
    spellings,
    words,
)

_ORDER = {PROVINCE: 0, DISTRICT: 1, COMMUNE: 2}
_ORDER_OF_CITIES = {DISTRICT: 0, PROVINCE: 1, COMMUNE: 2}  # "thành phố Thanh Hóa" is the city in the province
_Spot = list[FoundPhrase[PlaceMeaning]]


class Gazetteer:
    """Finds places for one province's plan; ``districts`` are its titles as the plan writes them."""

    def __init__(self, province: str, districts: tuple[str, ...] = ()) -> None:
        self._own = province
        self._phrases: Phrases[PlaceMeaning] = Phrases()
        self._near: set[str] = {province}  # provinces whose communes are known, hence whose districts are clear
        for name in provinces():
            for spelling in dict.fromkeys(map(bare_name, spellings(name))):
                self._phrases.add(spelling, PlaceMeaning(PROVINCE, name, name=spelling))
            self._add_districts(name, districts if name == province else ())
        for name in provinces_today():
            for commune in communes_today(name):
                bare = bare_name(commune.title)
                self._phrases.add(bare, PlaceMeaning(COMMUNE, *commune.before, commune.title, bare, today=True))
        for phrase in words("not_places"):
            self._phrases.add(phrase, PlaceMeaning(NONE, name=phrase))

    def _add_districts(self, province: str, titles: tuple[str, ...]) -> None:
        for title in titles or districts(province):
            name = bare_name(title)
            self._phrases.add(name, PlaceMeaning(DISTRICT, province, title, name=name))
            for commune in communes(province, title):
                self._near.add(province)
                self._phrases.add(commune, PlaceMeaning(COMMUNE, province, title, commune, commune))

    def find(self, full_text: str, on: date | None = None) -> tuple[PlaceMention, ...]:
        """Places named in ``Document.full_text``, in order, with character offsets of their names. ``on``: the day
        it was written, local; without it, names of before July 2025 come first where one name means two places.
        """
        typed = read(full_text)
        spots = _longest(list(self._phrases.find(typed.syllables)))
        provinces_at = {
            spot[0].first: frozenset(hit.value.province for hit in spot if hit.value.level == PROVINCE)
            for spot in spots
        }
        text = _Text(self, typed, on, provinces_at)
        chosen = [(spot[0], place) for spot in spots if (place := text.choose(spot))]
        named = {name for _, place in chosen if place.level != COMMUNE for name in (place.province, place.district)}
        return tuple(
            PlaceMention(
                place.province,
                place.district,
                place.commune,
                typed.syllables[hit.first].start,
                typed.syllables[hit.last - 1].end,
            )
            for hit, place in chosen
            if place.level != COMMUNE or text.is_known(hit, place, named)
        )

    @property
    def own(self) -> str:
        """The plan's province."""
        return self._own

    def is_near(self, province: str) -> bool:
        """Whether a province's districts are believed without sort or province beside them."""
        return province in self._near


class _Text:
    """One text while its places are chosen."""

    def __init__(
        self, gazetteer: Gazetteer, typed: Typed, on: date | None, provinces_at: dict[int, frozenset[str]]
    ) -> None:
        self._gazetteer, self._typed, self._on, self._at = gazetteer, typed, on, provinces_at
        self._named = frozenset[str]().union(*provinces_at.values())

    def choose(self, spot: _Spot) -> PlaceMeaning | None:
        """The place meant at one spot, of those that share the name; None for no place."""
        typed = self._typed
        levels = sort_before(spot[0], typed)
        after = province_after(spot[0], self._at, typed.syllables)
        fitting = [
            hit.value
            for hit in spot
            if hit.value.level
            and (levels is None or hit.value.level in levels)
            and not (hit.value.today and self._on is not None and self._on < MERGER)
            and (not after or hit.value.level == PROVINCE or self._lies_in(hit.value, after))
            and not is_broken(hit, typed)
            and (levels or typed.shouted or not is_person(hit, typed))
            and is_believed(hit, typed, has_sort=bool(levels))
            and self._is_clear(hit.value, levels, after)
        ]
        if not fitting:
            return None
        order = _ORDER_OF_CITIES if levels and len(levels) > 1 else _ORDER
        best = min(fitting, key=lambda place: (order[place.level], *self._preference(place)))
        rivals = {place.province for place in fitting if place.level == best.level}
        if best.level == DISTRICT and not self._gazetteer.is_near(best.province) and len(rivals) > 1 and not after:
            return best if best.province in self._named else None  # there are nine districts called Châu Thành
        return best

    def is_known(self, hit: FoundPhrase[PlaceMeaning], place: PlaceMeaning, named: set[str]) -> bool:
        """Communes share names all over the country: one is believed where its district follows; where its district or
        province is named and it has its sort; or where it is well known here.
        """
        if place.name in words("well_known") and place.province == self._gazetteer.own and not place.today:
            return district_after(hit, place, self._typed) is not False
        if (beside := district_after(hit, place, self._typed)) is not None:
            return beside
        known = place.district in named or place.province in named
        if self._is_merged():
            known = known or merged_into(place.province) in named
        return known and bool(sort_before(hit, self._typed))

    def _preference(self, place: PlaceMeaning) -> tuple[bool, bool, bool]:
        """What counts between places of one level and name: own province, a province named in the text, the time."""
        own = place.province == self._gazetteer.own
        return not own, place.province not in self._named, place.today is not self._is_merged()

    def _lies_in(self, place: PlaceMeaning, after: frozenset[str]) -> bool:
        return place.province in after or (self._is_merged() and merged_into(place.province) in after)

    def _is_merged(self) -> bool:
        return self._on is not None and self._on >= MERGER

    def _is_clear(self, place: PlaceMeaning, levels: frozenset[str] | None, after: frozenset[str]) -> bool:
        """Whether a district elsewhere has its sort, or its province beside it."""
        if place.level != DISTRICT or self._gazetteer.is_near(place.province):
            return True
        return bool(levels) or bool(after) or place.name[-1].isdigit()


def _longest(hits: _Spot) -> list[_Spot]:
    """Hits by spot; where spots overlap, the longer and then the earlier one stays."""
    spots: dict[tuple[int, int], _Spot] = {}
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
