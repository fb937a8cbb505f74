"""Which report slots are due, and making them: each slot once, missed ones made up and marked late."""

from __future__ import annotations

from datetime import datetime

from core import clock
from core.plans import slot_before
from flows.context import Context
from flows.papers.report.make import make_report
from flows.slots import LATE_AFTER, missing_slots, slots_of
from index.models import Report


def make_slot(context: Context, slot: datetime, now: datetime | None = None, *, send: bool = True) -> Report:
    """The report of one slot: it covers the time since the slot before. Asked twice, the same report comes back.
    ``send`` makes it due to everyone in ``mail_to``.
    """
    now = now or clock.now()
    slots = slots_of(context.settings, context.plan)
    return make_report(
        context.settings,
        context.plan,
        slot=slot,
        since=slot_before(slots, slot),
        until=slot,
        late=now - slot > LATE_AFTER,
        send=send,
    )


def make_due(context: Context, now: datetime | None = None) -> list[Report]:
    """Make every report that is due and not made yet."""
    now = now or clock.now()
    return [make_slot(context, slot, now) for slot in missing_slots(context, now)]
