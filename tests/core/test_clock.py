"""The Vietnamese day, at the hours at which the day of UTC is another one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from core import clock
from core.plans import slot_times


@pytest.mark.parametrize("hour", ["00:30", "06:59", "07:00", "23:59"])
@pytest.mark.parametrize("day", ["2021-03-01", "2021-12-31", "2022-01-01", "2024-02-29"])
def test_a_moment_is_of_the_day_that_people_here_have(day: str, hour: str) -> None:
    moment = datetime.fromisoformat(f"{day}T{hour}:00+07:00").astimezone(UTC)
    assert clock.day(moment) == date.fromisoformat(day)


@pytest.mark.parametrize("hour", ["00:30", "06:59", "23:59"])
def test_today_is_the_vietnamese_day(hour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    present = datetime.fromisoformat(f"2022-01-01T{hour}:00+07:00").astimezone(UTC)
    monkeypatch.setattr(clock, "now", lambda: present)
    assert clock.day() == date(2022, 1, 1)


@pytest.mark.parametrize("hour", ["00:30", "06:59", "23:59"])
def test_slots_are_those_of_the_vietnamese_day(hour: str) -> None:
    until = datetime.fromisoformat(f"2022-01-01T{hour}:00+07:00").astimezone(UTC)
    since = datetime.fromisoformat("2022-01-01T00:00:00+07:00").astimezone(UTC)
    slots = (time(0, 15), time(6, 30), time(16))
    expected = [slot for slot in slots if slot <= time.fromisoformat(hour)]
    assert [clock.local(moment).time() for moment in slot_times(slots, since, until)] == expected
