"""The report says which sources were not well, with figures, and the desk's own measures say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock
from core.codes.texts import SourceKind
from core.model.sources import Source
from core.plans import load_plan
from flows.papers.forms.blocks import Paragraph, TableBlock
from flows.papers.report.period import Period
from flows.papers.report.sections import coverage
from index.models import Alarm, Drop, SourceState

pytestmark = pytest.mark.django_db
NOW = clock.now()
NAMES = ("bao-tot", "bao-hong", "bao-im", "bao-moi", "bao-dong")


def period() -> Period:
    sources = tuple(Source(name, name.title(), SourceKind.PRESS, "press", (), (f"{name}.example",)) for name in NAMES)
    since = NOW - timedelta(hours=12)
    return Period(load_plan("vinh-phuc"), NOW, since, NOW, since - timedelta(hours=12), NOW, sources=sources)


def test_silent_and_troubled_sources_are_in_the_statement() -> None:
    for name in NAMES:
        if name == "bao-moi":
            continue
        well = name not in {"bao-im", "bao-dong"}
        error = {"bao-im": "timeout", "bao-dong": "robots: https://x.example/"}.get(name, "")
        success = NOW if well else NOW - timedelta(days=3)
        SourceState.objects.create(name=name, last_polled=NOW, last_success=success, last_error=error)
    for number in range(6):
        Drop.objects.create(key=str(number), stage="read", reason="no-text", source="bao-hong", at=NOW)
    data = coverage.collect(period())
    assert [title for title, *_ in data["silent"]] == ["Bao-Dong", "Bao-Im", "Bao-Moi"]
    assert data["troubled"] == [
        ["Bao-Dong", "robots.txt không cho phép", "tệp robots.txt không còn cho phép thu thập"],
        ["Bao-Hong", "nhiều trang không đọc được", "không đọc được 6 trong 6 trang của 24 giờ qua"],
    ]
    blocks = coverage.blocks(data)
    assert isinstance(blocks[0], Paragraph)
    words = "theo dõi 5 nguồn tin; 3 nguồn không phản hồi, 2 nguồn có dấu hiệu bất thường."
    assert words in str(blocks[0])
    assert "Nguồn có dấu hiệu bất thường" in str([b for b in blocks if isinstance(b, TableBlock)])


def test_a_sign_that_stood_at_the_slot_is_told_as_it_stood() -> None:
    """As much as it takes to clear, not as much as it takes to raise."""
    SourceState.objects.create(name="bao-hong", last_polled=NOW, last_success=NOW)
    for number in range(4):
        Drop.objects.create(key=str(number), stage="read", reason="no-text", source="bao-hong", at=NOW)
    assert coverage.collect(period())["troubled"] == []
    Alarm.objects.create(
        code="source-failing", subject="bao-hong", words="w", raised=NOW - timedelta(hours=1), changed=NOW
    )
    assert [row[0] for row in coverage.collect(period())["troubled"]] == ["Bao-Hong"]
