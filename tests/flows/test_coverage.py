"""The report says which sources were not well, with figures, and the desk's own measures say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from core import clock
from core.codes.texts import SourceKind
from core.model.sources import Source
from core.plans import load_plan
from flows.papers.forms.blocks import Paragraph, TableBlock
from flows.papers.report.period import Period
from flows.papers.report.sections import coverage
from index.models import Alarm, Claim, Document, Drop, SourceState, Verdict, WarcFile

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


def told(found: Period) -> str:
    """The section as its readers meet it."""
    return " ".join(str(block) for block in coverage.blocks(coverage.collect(found)))


def test_silence_is_never_told_as_everything_seen() -> None:
    """No source answered: nothing says that all that was flagged was seen, or that the machine read all there was."""
    for name in NAMES:
        SourceState.objects.create(name=name, last_polled=NOW, last_success=NOW - timedelta(days=3))
    said = told(period())
    assert "cả 5 nguồn không phản hồi" in said
    assert "đã có người xem" not in said
    assert "hết số tin nhận được" not in said
    assert "không phản ánh đầy đủ" in said


def test_all_seen_is_said_only_of_what_was_flagged_while_all_sources_answer() -> None:
    for name in NAMES:
        SourceState.objects.create(name=name, last_polled=NOW, last_success=NOW)
    WarcFile.objects.create(name="a.warc.gz", sha256="0" * 64, size=1, found_at=NOW - timedelta(hours=1))
    assert "Chưa có nội dung nào được cảnh báo." in told(period())
    claim = Claim.objects.create(headline="h", first_seen=NOW - timedelta(hours=2), last_seen=NOW, probability=0.9)
    assert "Còn 1 nội dung được cảnh báo chưa có người xem" in told(period())
    document = Document.objects.create(
        id="0" * 20, source="bao-tot", source_kind="press", kind="article", url="u", canonical_url="u", fetched=NOW,
        moment=NOW, first_seen=NOW, sha256="0" * 64, claim=claim,
    )  # fmt: skip
    person = User.objects.create(username="lan")
    Verdict.objects.create(claim=claim, document=document, value="false", by=person, at=NOW - timedelta(hours=1))
    assert "Mọi nội dung được cảnh báo đều đã có người xem." in told(period())
    SourceState.objects.filter(name="bao-tot").update(last_success=NOW - timedelta(days=3))
    said = told(period())
    assert "Mọi nội dung" not in said
    assert "có thể còn nội dung chưa thu thập" in said


def test_what_is_not_watched_is_named() -> None:
    said = told(period())
    assert "chưa theo dõi nguồn nào trên mạng xã hội" in said
    for never in ("nhóm kín", "Zalo", "TikTok"):
        assert never in said
    channel = Source("kenh", "Kênh", SourceKind.CHANNEL, "telegram", (), ("t.me",))
    said = told(replace(period(), sources=(channel,)))
    assert "Mạng xã hội đang theo dõi: Telegram (1 nguồn)." in said
    assert "Chưa theo dõi: Mạng Mastodon, YouTube, Facebook." in said
    assert "TikTok" in said
