"""Sixty sources for a day, a third of them failing in turn: nothing is missed, every alarm comes and goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from core import clock
from core.settings import load
from core.sources.polling import SHORTEST
from flows.context import Context
from tests.flows import day

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_day_passes_and_nothing_is_missed(tmp_path: Path) -> None:
    settings = load()
    day.write_sources(tmp_path / "soatin-data" / "sources")
    values = {**settings.values, "shipped_sources": False}
    context = Context(replace(settings, home=tmp_path, values=values), "test")
    lived = day.live(context, datetime(2021, 8, 25, 6, 0, tzinfo=clock.VIETNAM))
    assert lived.polls > 24 * 60
    assert lived.late <= 1.0
    assert lived.shortest >= SHORTEST
    assert len(lived.failing) == day.SOURCES // 3
    assert lived.raised == lived.cleared == lived.failing
