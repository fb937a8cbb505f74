"""Vietnam's places as tables of facts: provinces before and since July 2025, districts and communes of 2021."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SORTS = ("Thành phố ", "Thị xã ", "Huyện ", "Quận ", "Tỉnh ")


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def provinces() -> tuple[str, ...]:
    """Display names of the 63 provinces and cities of 2021."""
    return tuple(old for parts in _table("provinces")["made_of"].values() for old in parts)


def provinces_today() -> tuple[str, ...]:
    """Display names of the 34 provinces and cities since 1 July 2025."""
    return tuple(_table("provinces")["made_of"])


def merged_into(province: str) -> str:
    """The province of today that a province of 2021 belongs to. Raises KeyError for a name of neither."""
    made_of = _table("provinces")["made_of"]
    for today, parts in made_of.items():
        if province in parts:
            return str(today)
    if province in made_of:
        return province
    raise KeyError(province)


def spellings(province: str) -> tuple[str, ...]:
    """Every way a province's name is written, its display name first."""
    return (province, *_table("provinces")["also"].get(province, ()))


def districts(province: str) -> tuple[str, ...]:
    """Districts, towns and cities of 2021; empty for a province whose plan is not held."""
    return tuple(_table("districts").get(province, ()))


def communes(province: str, district: str) -> tuple[str, ...]:
    """Wards, townships and communes of a district; empty where not known."""
    return tuple(_table("communes").get(province, {}).get(district, ()))


@cache
def words(kind: str) -> frozenset[str]:
    """Names that need care: ``words``, ``unclear_bare``, ``well_known`` or ``not_places`` (see words.toml)."""
    return frozenset(_table("words")[kind])


def bare_name(title: str) -> str:
    """A place's name without its sort: ``Huyện Điện Biên`` gives ``Điện Biên``."""
    for sort in SORTS:
        if title.startswith(sort):
            return title.removeprefix(sort)
    return title
