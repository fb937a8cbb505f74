"""Provincial plans as data: one TOML file a province beside this module, checked on loading."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from core.clock import VIETNAM
from core.errors import UsageError

FOLDER = Path(__file__).parent
DEFAULT_SLOTS = (time(7, 0), time(16, 0))


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a value stands in the plan (``section``, ``quote``), or why it was inferred."""

    section: str = ""
    quote: str = ""
    inferred: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that the plan names, by short code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Level:
    """An epidemic level. ``min_cases``/``max_cases`` inclusive; None: the plan gives no count."""

    code: str
    name: str
    min_cases: int | None
    max_cases: int | None
    cited: Cited


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the plan requires of ``leads`` (with ``support``): ``minimum``-``maximum`` times per ``per``
    (``day``, ``week``, ``2 days``, ``3 days``, ``month``), or on a ``trigger``. ``levels`` empty: at every level."""

    code: str
    name: str
    leads: tuple[str, ...]
    support: tuple[str, ...]
    scope: str
    levels: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    per: str
    trigger: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class ProvincePlan:
    """One province's plan. ``districts`` as of the plan's date; ``watch_terms`` besides the topic's own."""

    name: str
    title: str
    document_title: str
    dated: date | None
    superior: str
    issuer: str
    place: str
    recipients: tuple[str, ...]
    slots: tuple[time, ...]
    slots_cited: Cited
    districts: tuple[str, ...]
    watch_terms: tuple[str, ...]
    units: dict[str, Unit]
    levels: tuple[Level, ...]
    duties: tuple[Duty, ...]
    notes: dict[str, Cited] = field(default_factory=dict)

    def duties_at(self, level: str) -> tuple[Duty, ...]:
        """The duties in force at a level: those of the level and those of every level."""
        return tuple(d for d in self.duties if not d.levels or level in d.levels)

    def proposed_level(self, cases: int) -> Level | None:
        """The level that a case count proposes; a person decides. None where the plan gives no count for it."""
        for level in self.levels:
            if level.min_cases is None and level.max_cases is None:
                continue
            if (level.min_cases or 0) <= cases and (level.max_cases is None or cases <= level.max_cases):
                return level
        return None


def names() -> list[str]:
    """Names of all plans, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_plan(name: str) -> ProvincePlan:
    """The plan of a province. Raises UsageError naming the known ones, or the field that is wrong."""
    path = FOLDER / f"{name}.toml"
    if name not in names():
        raise UsageError(f"no plan for province {name!r}", where="province", cure=f"one of: {', '.join(names())}")
    try:
        return parse_plan(name, tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML ({error})", where=str(path), cure="correct the line it names") from None
    except (KeyError, ValueError, TypeError) as error:
        raise UsageError(f"missing or wrong field: {error}", where=str(path), cure="see docs/add-a-province.md") from None


def parse_plan(name: str, data: dict[str, Any]) -> ProvincePlan:
    """Build a plan from TOML data. Raises KeyError or ValueError naming what is missing or wrong."""
    units = {code: Unit(code, title) for code, title in data["units"].items()}
    levels = tuple(
        Level(row["code"], row["name"], row.get("min_cases"), row.get("max_cases"), _cited(row)) for row in data["levels"]
    )
    codes = {level.code for level in levels}
    duties = tuple(_duty(row, units, codes) for row in data["duties"])
    report = data["report"]
    slots = tuple(time.fromisoformat(value) for value in report.get("slots", [])) or DEFAULT_SLOTS
    return ProvincePlan(
        name=name,
        title=data["title"],
        document_title=data["document_title"],
        dated=data.get("dated"),
        superior=report["superior"],
        issuer=report["issuer"],
        place=report["place"],
        recipients=tuple(report["recipients"]),
        slots=slots,
        slots_cited=_cited(report["slots_source"]),
        districts=tuple(data["districts"]),
        watch_terms=tuple(data.get("watch_terms", [])),
        units=units,
        levels=levels,
        duties=duties,
        notes={key: _cited(value) for key, value in data.get("notes", {}).items()},
    )


def _cited(row: dict[str, Any]) -> Cited:
    cited = Cited(row.get("section", ""), row.get("quote", ""), row.get("inferred", False), row.get("reason", ""))
    if cited.inferred and not cited.reason:
        raise ValueError(f"an inferred value needs a reason: {row}")
    if not cited.inferred and not cited.quote:
        raise ValueError(f"a value needs the plan's own words (quote), or inferred and a reason: {row}")
    return cited


def _duty(row: dict[str, Any], units: dict[str, Unit], levels: set[str]) -> Duty:
    for code in (*row.get("leads", ()), *row.get("support", ())):
        if code not in units:
            raise ValueError(f"duty {row['code']}: unknown unit {code}")
    if unknown := set(row.get("levels", ())) - levels:
        raise ValueError(f"duty {row['code']}: unknown level {unknown}")
    if not row.get("per") and not row.get("trigger"):
        raise ValueError(f"duty {row['code']}: needs per or trigger")
    return Duty(
        row["code"], row["name"], tuple(row.get("leads", ())), tuple(row.get("support", ())), row.get("scope", "province"),
        tuple(row.get("levels", ())), row.get("min"), row.get("max"), row.get("per", ""), row.get("trigger", ""), _cited(row),
    )


def slot_times(slots: tuple[time, ...], since: datetime, until: datetime) -> list[datetime]:
    """All slot moments with ``since < slot <= until``, oldest first, on the Vietnamese clock."""
    day, last = since.astimezone(VIETNAM).date(), until.astimezone(VIETNAM).date()
    found = []
    while day <= last:
        found += [datetime.combine(day, slot, VIETNAM) for slot in sorted(slots)]
        day += timedelta(days=1)
    return [moment for moment in found if since < moment <= until]


def last_slot(slots: tuple[time, ...], moment: datetime) -> datetime:
    """The latest slot at or before a moment."""
    return slot_times(slots, moment - timedelta(days=2), moment)[-1]


def slot_before(slots: tuple[time, ...], slot: datetime) -> datetime:
    """The slot before a given one: where the report's period begins."""
    return slot_times(slots, slot - timedelta(days=2), slot - timedelta(microseconds=1))[-1]
