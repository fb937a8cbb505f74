"""Which report slots are due, and making them: each slot once, missed ones made up and marked late."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from core import clock
from core.errors import UsageError
from core.plans import ProvincePlan, slot_before, slot_times
from core.settings import Settings
from flows.bootstrap import Context

if TYPE_CHECKING:
    from index.models import Report

LATE_AFTER = timedelta(minutes=30)
MAKE_UP = timedelta(days=3)
"""Slots missed longer ago are not made up: nobody acts on them; the guard has named them meanwhile."""


def slots_of(settings: Settings, plan: ProvincePlan) -> tuple[time, ...]:
    """The report times in force: the setting's, else the plan's (or its default 07:00 and 16:00)."""
    if not settings.slots:
        return plan.slots
    try:
        return tuple(sorted(time.fromisoformat(value) for value in settings.slots))
    except ValueError as error:
        raise UsageError(f"not a time of day ({error})", where="slots", cure='write ["07:00", "16:00"]') from None


def missing_slots(context: Context, now: datetime) -> list[datetime]:
    """Slots that have passed since this installation first received anything, and have no report; oldest first."""
    from django.db.models import Min

    from index.models import Report, WarcFile

    began = WarcFile.objects.aggregate(first=Min("found_at"))["first"]
    if began is None:
        return []
    made = set(
        Report.objects.filter(province=context.plan.name, on_demand=False, slot__gt=now - MAKE_UP).values_list(
            "slot", flat=True
        )
    )
    passed = slot_times(slots_of(context.settings, context.plan), max(began, now - MAKE_UP), now)
    return [slot for slot in passed if slot not in made]


def make_slot(context: Context, slot: datetime, now: datetime | None = None) -> Report:
    """The report of one slot: it covers the time since the slot before. Asked twice, the same report comes back."""
    from flows.report import make_report

    now = now or clock.now()
    slots = slots_of(context.settings, context.plan)
    return make_report(
        context.settings,
        context.plan,
        slot=slot,
        since=slot_before(slots, slot),
        until=slot,
        late=now - slot > LATE_AFTER,
    )


def make_due(context: Context, now: datetime | None = None) -> list[Report]:
    """Make every report that is due and not made yet."""
    now = now or clock.now()
    return [make_slot(context, slot, now) for slot in missing_slots(context, now)]
