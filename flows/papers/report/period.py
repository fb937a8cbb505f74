"""The stretch of time a report covers, and what its sections need to know besides the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.model.sources import Source
from core.plans import ProvincePlan


@dataclass(frozen=True, slots=True)
class Period:
    """``since`` < time <= ``until``, all aware; ``before``: begin of the period compared with, which ends at ``since``.

    ``made`` is when the report is made; ``sources`` are those watched, ``source_problems`` the source files that
    could not be read; ``desk_url`` is where cases are opened, without a slash at the end; empty where readers
    elsewhere would not reach it.

    Documents count by when they were first judged, so that each is in exactly one report: what is taken in just
    before a slot and classified just after it is in the next. ``by_published`` counts them by when they were published
    instead: for a report on demand, made up late, or when nothing was received.
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
    by_published: bool = False

    @property
    def known(self) -> datetime:
        """Up to when the state of things is told: the end of the period, or now when the report is made up later."""
        return self.made if self.by_published else self.until
