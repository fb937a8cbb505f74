"""The report times in force, and which of them have passed without a report."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Min

from core.errors import UsageError
from core.plans import ProvincePlan, slot_times
from core.settings import Settings
from flows.context import Context
from index.models import Report, WarcFile

LATE_AFTER = timedelta(minutes=30)


MAKE_UP = timedelta(days=3)
"""Slots missed longer ago are not made up: nobody acts on them; the guard has named them meanwhile."""


def slots_of(settings: Settings, plan: ProvincePlan) -> tuple[time, ...]:
    """The report times in force: the setting's, else the plan's (or its default 07:00 and 16:00); none where
    it asks for reports on request only.
    """
    if not settings.slots:
        return plan.slots
    try:
        return tuple(sorted(time.fromisoformat(value) for value in settings.slots))
    except ValueError as error:
        raise UsageError(f"not a time of day ({error})", where="slots", cure='write ["07:00", "16:00"]') from None


def missing_slots(context: Context, now: datetime) -> list[datetime]:
    """Slots that have passed since this installation first received anything, and have no report; oldest first."""
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
