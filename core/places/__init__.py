"""Vietnam's places as dated tables of facts: 63 provinces with districts until 30 June 2025, 34 without since.

The archive keeps places under their names of 2021, because the plans and the districts they report by are of that time;
:func:`province_on`, :func:`communes_since` and :func:`commune_of` lead from one time to the other.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
SORTS = ("Thành phố ", "Thị xã ", "Huyện ", "Quận ", "Tỉnh ")
COMMUNE_SORTS = ("Phường ", "Xã ", "Thị trấn ", "Đặc khu ")
MERGER = date(2025, 7, 1)
"""From this day 34 provinces and no districts (National Assembly, resolutions 202/2025/QH15 and 203/2025/QH15)."""


class Commune(NamedTuple):
    """A commune since July 2025: its title with its sort, its province of today, and the communes that it was made of,
    wholly or in part, each ``(province, district, name)`` of before; most of it first.
    """

    title: str
    province: str
    parts: tuple[tuple[str, str, str], ...]

    @property
    def before(self) -> tuple[str, str]:
        """The province and district of 2021 in which most of it lies."""
        return self.parts[0][:2]


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def provinces() -> tuple[str, ...]:
    """Display names of the 63 provinces and cities of 2021."""
    return tuple(old for parts in _table("provinces")["made_of"].values() for old in parts)


def provinces_today() -> tuple[str, ...]:
    """Display names of the 34 provinces and cities since 1 July 2025."""
    return tuple(_table("provinces")["made_of"])


@cache
def merged_into(province: str) -> str:
    """The province of today that a province of 2021 belongs to. Raises KeyError for a name of neither."""
    made_of = _table("provinces")["made_of"]
    for today, parts in made_of.items():
        if province in parts:
            return str(today)
    if province in made_of:
        return province
    raise KeyError(province)


def made_of(province: str) -> tuple[str, ...]:
    """The provinces of 2021 that a province of today was made of. Raises KeyError for none of today."""
    return tuple(_table("provinces")["made_of"][province])


def province_on(province: str, day: date) -> str:
    """The province of a day that a province, named as of any time, lies in: Vĩnh Phúc in August 2025 gives Phú Thọ;
    Huế in 2021 gives Thừa Thiên Huế. Raises KeyError for an unknown name.
    """
    if day >= MERGER:
        return merged_into(province)
    return province if province in provinces() else made_of(province)[0]


def spellings(province: str) -> tuple[str, ...]:
    """Every way a province's name is written, its display name first."""
    return (province, *_table("provinces")["also"].get(province, ()))


def districts(province: str) -> tuple[str, ...]:
    """Districts, towns and cities of 2021; empty for what is no province of 2021."""
    return tuple(_table("districts").get(province, ()))


def communes(province: str, district: str) -> tuple[str, ...]:
    """Wards, townships and communes of a district until June 2025, without their sort; empty where not known."""
    return tuple(_table("communes").get(province, {}).get(district, ()))


@cache
def communes_today(province: str) -> tuple[Commune, ...]:
    """Communes of a province of today; empty where not known."""
    found = []
    for title, parts in _table("communes_today").get(province, {}).items():
        by_size = sorted(parts.items(), key=lambda part: -len(part[1]))
        olds = tuple((*where.split("/", 1), name) for where, names in by_size for name in names)
        found.append(Commune(title, province, olds))
    return tuple(found)


@cache
def _successors() -> dict[tuple[str, str, str], tuple[str, ...]]:
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for province in provinces_today():
        for commune in communes_today(province):
            for part in commune.parts:
                found[part] = (*found.get(part, ()), commune.title)
    return found


def communes_since(province: str, district: str, commune: str) -> tuple[str, ...]:
    """Titles of the communes of today that a commune of before lies in: several where it was divided, none where it was
    merged away before 2025 or its province's communes are not known.
    """
    return _successors().get((province, district, commune), ())


def commune_of(province: str, title: str) -> Commune | None:
    """A commune of today by its title (``Phường Vĩnh Phúc``) and province of today or of 2021; None where not known."""
    return next((one for one in communes_today(merged_into(province)) if one.title == title), None)


def since_merger(province: str, district: str = "", commune: str = "") -> str:
    """What a place of 2021 is called since July 2025, as ``Phường Vĩnh Phúc, Phú Thọ``; empty where nothing changed or
    the province is not known. Districts are abolished, so a district alone gives its province.
    """
    try:
        today = merged_into(province)
    except KeyError:
        return ""
    titles = communes_since(province, district, commune)
    if not titles and commune and commune_of(province, commune):
        titles = (commune,)
    changed = today != province or any(bare_name(title) != commune for title in titles)
    return ", ".join((" / ".join(titles), today)) if changed and titles else today if changed else ""


@cache
def words(kind: str) -> frozenset[str]:
    """Names that need care: ``words``, ``unclear_bare``, ``well_known`` or ``not_places`` (see words.toml)."""
    return frozenset(_table("words")[kind])


def bare_name(title: str) -> str:
    """A place's name without its sort: ``Huyện Điện Biên`` gives ``Điện Biên``; a number keeps it (``Quận 1``)."""
    for sort in (*SORTS, *COMMUNE_SORTS):
        if title.startswith(sort) and not title.removeprefix(sort).isdigit():
            return title.removeprefix(sort)
    return title
