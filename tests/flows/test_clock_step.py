"""The clock is set back or forth while work is under way: nothing waits for ever, nothing is lost or doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core import clock
from core.model.drops import Polled
from core.sources.polling import is_due
from index.archive import intake
from index.models import Job, SourceState
from index.work import leases
from tests.index.make import SOURCES

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOURCE = SOURCES["bao-mau"]


@pytest.mark.parametrize("step", [timedelta(days=-400), timedelta(hours=-3), timedelta(hours=3), timedelta(days=400)])
def test_a_source_is_asked_again_soon_after_the_clock_was_set(step: timedelta) -> None:
    """Not only when the clock gets to where it was; and not every minute either."""
    now = NOW + step
    due = [is_due(SOURCE, NOW, 0, now + timedelta(minutes=5 * round_)) for round_ in range(12 * 4)]
    assert any(due)
    assert is_due(SOURCE, NOW, 0, now, not_before=NOW + timedelta(hours=20)) == (abs(step) > timedelta(days=1))
    assert not is_due(SOURCE, now, 0, now + timedelta(minutes=1)), "once asked, it rests"


@pytest.mark.django_db
def test_polls_are_counted_after_the_clock_was_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    intake.take_in([Polled("bao-mau", NOW, 1)], SOURCES)
    monkeypatch.setattr(clock, "now", lambda: NOW - timedelta(days=30))
    intake.take_in([Polled("bao-mau", clock.now(), 1)], SOURCES)
    assert SourceState.objects.get().last_polled == clock.now()
    intake.take_in([Polled("bao-mau", clock.now() - timedelta(hours=2), 1, error="timeout")], SOURCES)
    assert SourceState.objects.get().failures == 0, "an older poll, read again, still counts for nothing"


@pytest.mark.django_db
@pytest.mark.parametrize("step", [timedelta(days=-400), timedelta(hours=-2), timedelta(hours=2), timedelta(days=400)])
def test_a_lease_is_over_within_the_hour_whatever_the_clock_does(
    monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    """And who held it can no longer finish what another has taken over."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    leases.put("index", ["a"])
    assert leases.claim("index", "dead", 1, 300) == ["a"]
    monkeypatch.setattr(clock, "now", lambda: NOW + step)
    assert leases.claim("index", "next", 1, 300) == ["a"]
    leases.done("index", ["a"], "dead")
    assert Job.objects.count() == 1
    leases.done("index", ["a"], "next")
    assert Job.objects.count() == 0
