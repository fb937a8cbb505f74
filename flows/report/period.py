"""The stretch of time a report covers, and what its sections need to know besides the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.model import Source
from core.plans import ProvincePlan


@dataclass(frozen=True, slots=True)
class Period:
    """``since`` < time <= ``until``, all aware; ``before`` is where the period compared with begins (it ends at ``since``).

    ``made`` is when the report is made; ``sources`` are those watched, ``source_problems`` the source files that
    could not be read; ``desk_url`` is where cases are opened, without a slash at the end.
    """

    plan: ProvincePlan
    slot: datetime
    since: datetime
    until: datetime
    before: datetime
    made: datetime
    on_demand: bool = False
    late: bool = False
    desk_url: str = ""
    sources: tuple[Source, ...] = ()
    source_problems: tuple[str, ...] = ()
