"""Which slots are due: each once, missed ones made up and marked late, long-missed ones left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.clock import VIETNAM
from core.errors import UsageError
from core.plans import load_plan
from core.settings import load
from flows.context import Context
from flows.papers.report.due import make_due
from flows.slots import missing_slots, slots_of
from index.models import Report, WarcFile

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2021, 8, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def context() -> Context:
    settings = load()
    return Context(replace(settings, values={**settings.values, "shipped_sources": False}), "test")


def receive(moment: datetime) -> None:
    WarcFile.objects.create(name=f"{moment:%d%H%M}.warc.gz", sha256="", size=0, found_at=moment)


def test_nothing_is_due_before_anything_was_received(context: Context) -> None:
    assert missing_slots(context, at(25, 12)) == []


def test_every_slot_since_the_first_reception_is_due_once(context: Context) -> None:
    receive(at(24, 10))
    assert missing_slots(context, at(25, 8)) == [at(24, 16), at(25, 7)]
    made = make_due(context, at(25, 7, 1))
    assert [(report.slot, report.late) for report in made] == [(at(24, 16), True), (at(25, 7), False)]
    assert [(report.since, report.until) for report in made] == [(at(24, 7), at(24, 16)), (at(24, 16), at(25, 7))]
    assert make_due(context, at(25, 7, 2)) == []
    assert [report.slot for report in make_due(context, at(25, 16, 45))] == [at(25, 16)]
    assert Report.objects.order_by("-slot")[0].late


def test_slots_missed_long_ago_are_not_made_up(context: Context) -> None:
    receive(at(1, 10))
    due = missing_slots(context, at(25, 8))
    assert min(due) > at(25, 8) - timedelta(days=3)
    assert len(due) == 6


def test_the_settings_times_replace_the_plans(context: Context) -> None:
    plan = load_plan("vinh-phuc")
    assert [f"{slot:%H:%M}" for slot in slots_of(context.settings, plan)] == ["07:00", "16:00"]
    values = {**context.settings.values, "slots": ["19:30", "06:15"]}
    assert [f"{slot:%H:%M}" for slot in slots_of(replace(context.settings, values=values), plan)] == ["06:15", "19:30"]
    with pytest.raises(UsageError, match="not a time of day"):
        slots_of(replace(context.settings, values={**values, "slots": ["sáng"]}), plan)
