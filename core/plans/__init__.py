"""Provincial plans as data: one TOML file a province beside this module, checked on loading."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from core import clock
from core.clock import VIETNAM
from core.codes.plans import Per, Scope
from core.errors import UsageError
from core.vietnamese.characters import fold

FOLDER = Path(__file__).parent
DEFAULT_SLOTS = (time(7, 0), time(16, 0))
NONE = "none"
"""Said by a plan in the place of a list: it has no levels; it asks for reports on request only."""


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
    (``day``, ``week``, ``2 days``, ``3 days``, ``month``), or on a ``trigger``. ``levels`` empty: at every level.
    """

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
    """One province's plan. ``districts`` as of the plan's date; ``watch_terms`` besides the topic's own.
    ``slots`` empty: reports on request only; ``levels`` empty: it knows none.
    """

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


def slug(province: str) -> str:
    """The name under which a province's plan lies: "Vĩnh Phúc" and "tinh vinh phuc" are vinh-phuc."""
    words = re.sub(r"[\W_]+", " ", fold(province)).split()
    if words[:1] == ["tinh"] or words[:1] == ["tp"]:
        words = words[1:]
    return "-".join(words[2:] if words[:2] == ["thanh", "pho"] else words)


def load_plan(name: str) -> ProvincePlan:
    """The plan of a province, whose name may be written as people write it. Raises UsageError naming the known ones, or
    the field that is wrong.
    """
    given, name = name, slug(name)
    path = FOLDER / f"{name}.toml"
    if name not in names():
        raise UsageError(f"no plan for province {given!r}", where="province", cure=f"one of: {', '.join(names())}")
    try:
        return parse_plan(name, tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML ({error})", where=str(path), cure="correct the line it names") from None
    except (ValueError, TypeError) as error:
        what = f"missing or wrong field: {error}"
        raise UsageError(what, where=str(path), cure="see docs/add-a-province.md") from None


def parse_plan(name: str, data: dict[str, Any]) -> ProvincePlan:
    """Build a plan from TOML data. Raises ValueError or TypeError naming the field that is missing or wrong."""
    units = {code: Unit(code, _text(_table(data, "units"), code, "units")) for code in _table(data, "units")}
    levels = () if data.get("levels") == NONE else _levels(_rows(data, "levels"))
    codes = {level.code for level in levels}
    duties = tuple(_duty(row, units, codes) for row in _rows(data, "duties"))
    _no_twice([duty.code for duty in duties], "duties: code")
    report = _table(data, "report")
    notes = _table(data, "notes", optional=True)
    dated = data.get("dated")
    if dated is not None and type(dated) is not date:
        raise ValueError(f"dated: a date like 2021-07-26 is needed, not {dated!r}")
    return ProvincePlan(
        name=name,
        title=_text(data, "title"),
        document_title=_text(data, "document_title"),
        dated=dated,
        superior=_text(report, "superior", "report"),
        issuer=_text(report, "issuer", "report"),
        place=_text(report, "place", "report"),
        recipients=_texts(report, "recipients", "report"),
        slots=_slots(report),
        slots_cited=_cited(_table(report, "slots_source", "report"), "report.slots_source"),
        districts=_texts(data, "districts"),
        watch_terms=_texts(data, "watch_terms", optional=True),
        units=units,
        levels=levels,
        duties=duties,
        notes={key: _cited(_table(notes, key, "notes"), f"notes.{key}") for key in notes},
    )


def _where(field_name: str, inside: str) -> str:
    return f"{inside}.{field_name}" if inside else field_name


def _table(data: dict[str, Any], name: str, inside: str = "", *, optional: bool = False) -> dict[str, Any]:
    value = data.get(name, {} if optional else None)
    if not isinstance(value, dict):
        raise TypeError(f"{_where(name, inside)}: a table is needed")
    return value


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = data.get(name)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ValueError(f"{name}: a list of tables is needed ([[{name}]], or {name} = [] where the plan has none)")
    return value


def _text(data: dict[str, Any], name: str, inside: str = "", *, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f"{_where(name, inside)}: a text is needed")
    return value


def _texts(data: dict[str, Any], name: str, inside: str = "", *, optional: bool = False) -> tuple[str, ...]:
    value = data.get(name, [] if optional else None)
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ValueError(f"{_where(name, inside)}: a list of texts is needed")
    return tuple(value)


def _count(row: dict[str, Any], name: str, inside: str) -> int | None:
    value = row.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise ValueError(f"{_where(name, inside)}: a whole number from 0 up is needed, not {value!r}")
    return value


def _ordered(low: int | None, high: int | None, names: str, inside: str) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"{inside}: {names}: {low} is above {high}")


def _no_twice(values: list[str], what: str) -> None:
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"{what} given twice: {', '.join(twice)}")


def _slots(report: dict[str, Any]) -> tuple[time, ...]:
    """The plan's report times; the default where it gives none; nothing where it says that it wants none."""
    if report.get("slots") == NONE:
        return ()
    values = _texts(report, "slots", "report", optional=True)
    try:
        return tuple(sorted({time.fromisoformat(value) for value in values})) or DEFAULT_SLOTS
    except ValueError as error:
        raise ValueError(f"report.slots: a time like 07:00 is needed ({error})") from None


def _cited(row: dict[str, Any], inside: str) -> Cited:
    inferred = row.get("inferred", False)
    if not isinstance(inferred, bool):
        raise TypeError(f"{inside}.inferred: true or false is needed")
    section, quote, reason = (_text(row, name, inside, default="") for name in ("section", "quote", "reason"))
    cited = Cited(section, quote, inferred, reason)
    if cited.inferred and not cited.reason:
        raise ValueError(f"{inside}.reason: an inferred value needs a reason")
    if not cited.inferred and not cited.quote:
        raise ValueError(f"{inside}.quote: a value needs the plan's own words, or inferred = true and a reason")
    return cited


def _levels(rows: list[dict[str, Any]]) -> tuple[Level, ...]:
    found: list[Level] = []
    for row in rows:
        code = _text(row, "code", "levels")
        inside = f"level {code}"
        low, high = _count(row, "min_cases", inside), _count(row, "max_cases", inside)
        _ordered(low, high, "min_cases, max_cases", inside)
        found.append(Level(code, _text(row, "name", inside), low, high, _cited(row, inside)))
    _no_twice([level.code for level in found], "levels: code")
    counted = [level for level in found if level.min_cases is not None or level.max_cases is not None]
    counted.sort(key=lambda level: level.min_cases or 0)
    for below, above in pairwise(counted):
        if below.max_cases is None or below.max_cases >= (above.min_cases or 0):
            raise ValueError(f"level {above.code}: min_cases: overlaps with level {below.code}")
    return tuple(found)


def _duty(row: dict[str, Any], units: dict[str, Unit], levels: set[str]) -> Duty:
    code = _text(row, "code", "duties")
    inside = f"duty {code}"
    leads, support = _texts(row, "leads", inside), _texts(row, "support", inside, optional=True)
    in_levels = _texts(row, "levels", inside, optional=True)
    if not leads:
        raise ValueError(f"{inside}.leads: at least one unit is needed")
    if unknown := sorted({*leads, *support} - set(units)):
        raise ValueError(f"{inside}: unknown unit {', '.join(unknown)}")
    if unknown := sorted(set(in_levels) - levels):
        raise ValueError(f"{inside}: unknown level {', '.join(unknown)}")
    scope = _text(row, "scope", inside, default="province")
    if scope not in set(Scope):
        raise ValueError(f"{inside}.scope: one of {', '.join(Scope)}, not {scope!r}")
    per, trigger = _text(row, "per", inside, default=""), _text(row, "trigger", inside, default="")
    if not per and not trigger:
        raise ValueError(f"{inside}: needs per or trigger")
    if per and per not in set(Per):
        raise ValueError(f"{inside}.per: one of {', '.join(Per)}, not {per!r}")
    low, high = _count(row, "min", inside), _count(row, "max", inside)
    _ordered(low, high, "min, max", inside)
    name = _text(row, "name", inside)
    return Duty(code, name, leads, support, scope, in_levels, low, high, per, trigger, _cited(row, inside))


def slot_times(slots: tuple[time, ...], since: datetime, until: datetime) -> list[datetime]:
    """All slot moments with ``since < slot <= until``, oldest first, on the Vietnamese clock."""
    day, last = clock.day(since), clock.day(until)
    found = []
    while day <= last:
        found += [datetime.combine(day, slot, VIETNAM) for slot in sorted(slots)]
        day += timedelta(days=1)
    return [moment for moment in found if since < moment <= until]


def last_slot(slots: tuple[time, ...], moment: datetime) -> datetime:
    """The latest slot at or before a moment. Raises UsageError where there are none."""
    if not slots:
        raise UsageError("the plan asks for reports on request only", where="slots", cure="use --from and --to")
    return slot_times(slots, moment - timedelta(days=2), moment)[-1]


def slot_before(slots: tuple[time, ...], slot: datetime) -> datetime:
    """The slot before a given one: where the report's period begins. Raises UsageError where there are none."""
    if not slots:
        raise UsageError("the plan asks for reports on request only", where="slots", cure="use --from and --to")
    return slot_times(slots, slot - timedelta(days=2), slot - timedelta(microseconds=1))[-1]
