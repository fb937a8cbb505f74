"""What has outlived its retention goes everywhere, on the record, and never because a clock was wrong for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import clock
from core.settings import load
from flows.context import Context
from flows.evidence.verify import verify
from flows.steps.index import index
from flows.upkeep.maintenance import expire
from flows.work import RoundResult
from index.archive import intake, judgements, verdicts
from index.models import AuditEntry, Document, WarcFile
from index.proof import audit, manifest
from index.query.parse import parse
from index.search import open_search
from tests.index.make import SOURCES, claim_judgement, document, person

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Three evidence files from the first of January: one of what expires, one of a case, one of both."""
    monkeypatch.setattr(clock, "now", lambda: START)
    here = Context(load(tmp_path, {}), "test")
    here.settings.warc_dir.mkdir(parents=True)
    docs = [document(number) for number in range(4)]
    files = ["old.warc.gz", "case.warc.gz", "both.warc.gz", "both.warc.gz"]
    for doc, file in zip(docs, files, strict=True):
        assert doc.warc is not None
        path = here.settings.warc_dir / file
        path.write_bytes(b"bytes of " + file.encode())
        intake.register_warc(path)
        intake.take_in([replace(doc, warc=replace(doc.warc, file=file))], SOURCES, file)
        intake.finish_warc(file, 1)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    index(here, RoundResult())
    user = person("thanh", "inspector")
    for doc in (docs[1], docs[3]):
        verdicts.give_verdict(user, Document.objects.get(pk=doc.id), "false")
    return here


def days_later(context: Context, monkeypatch: pytest.MonkeyPatch, first: float, last: float) -> int:
    """The hourly check from one day to another, counted from the start; how many documents it removed."""
    removed, at = 0, first
    while at <= last:
        monkeypatch.setattr(clock, "now", lambda at=at: START + timedelta(days=at))
        removed += expire(context)
        at += 0.5
    return removed


def test_it_goes_from_archive_search_and_evidence_and_is_on_the_record(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert days_later(context, monkeypatch, 700, 729) == 0
    assert days_later(context, monkeypatch, 729.5, 732) == 2
    index(context, RoundResult())
    assert open_search(context.settings).search(parse('"dịch bệnh"')).total == 2
    assert sorted(path.name for path in context.settings.warc_dir.iterdir()) == ["both.warc.gz", "case.warc.gz"]
    assert sorted(WarcFile.objects.values_list("name", flat=True)) == ["both.warc.gz", "case.warc.gz"]
    assert AuditEntry.objects.filter(action="retention").count() == 1
    assert AuditEntry.objects.filter(action="retention.evidence", subject="old.warc.gz").count() == 1
    assert audit.verify() == []
    assert manifest.problems() == []
    assert {row["state"] for row in verify(context)} == {"whole"}, "removed on the record: not missed"


def test_a_clock_that_is_years_ahead_for_a_while_removes_nothing(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert days_later(context, monkeypatch, 1, 5) == 0
    assert days_later(context, monkeypatch, 2000, 2000.5) == 0, "the clock jumped"
    assert days_later(context, monkeypatch, 5.5, 8) == 0, "and was set right"
    assert Document.objects.count() == 4
