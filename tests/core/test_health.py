"""Weeks of a source's life: what a person would call wrong is raised, once, and clears when it is over."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.codes.sources import Sign
from core.codes.texts import SourceKind
from core.model.sources import Source
from core.sources.health import Measures, chance_of_at_most, signs

NOW = datetime(2021, 8, 25, 9, 0, tzinfo=clock.VIETNAM)
SOURCE = Source("bao", "Báo", SourceKind.PRESS, "press", (), ("bao.example",))
HOUR = timedelta(hours=1)
Rate = Callable[[datetime], float]


def press(at: datetime) -> float:
    """A paper's day: 40 articles on weekdays, 15 at the weekend, hardly any at night."""
    share = 0.2 if at.hour < 6 else 1.27
    return (40 if at.weekday() < 5 else 15) / 24 * share


class Life:
    """A source hour by hour: how many documents came, and how long they were."""

    def __init__(self, rate: Rate, days: int, seed: int = 1) -> None:
        self.dice, self.rate = random.Random(seed), rate
        self.start = NOW - timedelta(days=days)
        self.times: list[datetime] = []
        self.sizes: list[int] = []
        self.now = self.start
        self.scale, self.unread, self.refused = 1.0, 0.0, 0.0
        self.raised: set[str] = set()
        self.told: list[tuple[datetime, str]] = []

    def hour(self, factor: float = 1.0) -> None:
        """An hour passes, then the guard looks."""
        expected = self.rate(self.now) * factor
        number = 0
        while (chance := self.dice.random()) and (expected := expected + math.log(chance)) > 0:
            number += 1
        self.times += [self.now] * number
        self.sizes += [int(self.dice.lognormvariate(8, 0.5) * self.scale) for _ in range(number)]
        self.now += HOUR
        found = set(map(str, signs(SOURCE, self.measures(), self.now, self.raised)))
        self.told += [(self.now, sign) for sign in found - self.raised]
        self.told += [(self.now, f"not {sign}") for sign in self.raised - found]
        self.raised = found

    def days(self, number: float, factor: float = 1.0) -> None:
        for _ in range(round(number * 24)):
            self.hour(factor)

    def measures(self) -> Measures:
        def until(ago: timedelta) -> int:
            return bisect_right(self.times, self.now - ago)

        def count(ago: timedelta, long: timedelta) -> int:
            return until(ago) - until(ago + long)

        week, day = timedelta(days=7), timedelta(days=1)
        weeks = min(4, int((self.now - self.start - day) / week))
        recent, before = self.sizes[until(2 * day) :][-30:], self.sizes[until(4 * week) : until(2 * day)][-60:]
        today = count(timedelta(), day)
        return Measures(
            last_success=self.now, day=today, days_before=tuple(count(n * week, day) for n in range(1, weeks + 1)),
            week=count(timedelta(), week), weeks_before=tuple(count(n * week, week) for n in range(1, weeks)),
            unread=round(today * self.unread), refused=round(today * self.refused),
            texts=tuple(recent), texts_before=tuple(before),
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_twelve_weeks_of_an_ordinary_paper_raise_nothing(seed: int) -> None:
    """Nights, weekends and chance are its usual."""
    life = Life(press, 84, seed)
    life.days(84)
    assert life.told == []


def test_a_paper_that_brings_hardly_anything_is_quiet_within_a_day_and_clears() -> None:
    life = Life(press, 60, 4)
    life.days(40)
    stopped = life.now
    life.days(4, 0.0)
    back = life.now
    life.days(10)
    assert [sign for _, sign in life.told] == ["quiet", "not quiet"]
    assert life.told[0][0] - stopped <= 24 * HOUR
    assert life.told[1][0] - back <= 24 * HOUR * 4, "a week with four lost days is well again when half of it is there"


def test_a_small_office_is_quiet_only_after_a_week() -> None:
    """Two notices a day: one day without is nothing, a week without is."""

    def small(_at: datetime) -> float:
        return 2 / 24

    life = Life(small, 60, 5)
    life.days(40)
    stopped = life.now
    life.days(9, 0.0)
    assert [sign for _, sign in life.told] == ["quiet"]
    assert timedelta(days=3) <= life.told[0][0] - stopped <= timedelta(days=7)


def test_a_new_layout_of_which_we_read_only_the_summary_is_changed_and_in_time_its_usual() -> None:
    life = Life(press, 100, 6)
    life.days(40)
    changed = life.now
    life.scale = 0.15
    life.days(3)
    assert [sign for _, sign in life.told] == ["changed"]
    assert life.told[0][0] - changed <= timedelta(days=2)
    life.scale = 1.0
    life.days(4)
    assert [sign for _, sign in life.told] == ["changed", "not changed"]


def test_pages_that_cannot_be_read_are_failing_and_a_few_are_not() -> None:
    life = Life(press, 60, 7)
    life.days(30)
    life.unread = 0.1
    life.days(3)
    assert life.told == []
    life.unread = 2.0
    life.days(2)
    life.unread = 0.25  # a fifth of the pages: too little to raise it, too much to clear it
    life.days(2)
    assert [sign for _, sign in life.told] == ["failing"]
    life.unread = 0.0
    life.days(1)
    assert [sign for _, sign in life.told] == ["failing", "not failing"]


def test_a_source_that_robots_txt_closes_is_refused_not_silent() -> None:
    long_ago = NOW - timedelta(days=3)
    closed = Measures(last_success=long_ago, error="robots: https://bao.example/")
    assert signs(SOURCE, closed, NOW) == [Sign.REFUSED]
    assert signs(SOURCE, Measures(last_success=long_ago, error="timeout"), NOW) == [Sign.SILENT]
    assert signs(SOURCE, Measures(last_success=NOW, day=10, refused=3), NOW) == []
    assert signs(SOURCE, Measures(last_success=NOW, day=4, refused=30), NOW) == [Sign.REFUSED]


def test_a_source_that_was_never_asked_has_nothing_wrong_with_it() -> None:
    assert signs(SOURCE, Measures(polled=False), NOW) == []


@given(st.integers(0, 60), st.floats(0.1, 60))
def test_the_chance_of_few_is_that_of_the_poisson_distribution(count: int, expected: float) -> None:
    exact = sum(math.exp(-expected + n * math.log(expected) - math.lgamma(n + 1)) for n in range(count + 1))
    assert chance_of_at_most(count, expected) == pytest.approx(min(exact, 1.0), rel=1e-6)
