"""Flagged articles are looked at again by the rounds, beside the polls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core import clock
from core.model import Judgement, TextKind
from core.settings import load
from flows import pipeline
from flows.bootstrap import Context
from index import archive
from index.models import Document, Look, SourceState
from tests.crawlers.hostile_site import HTML, article
from tests.crawlers.paper import Paper
from tests.index.make import flag

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Iterator[Paper]:
    one = Paper()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def context(paper: Paper) -> Context:
    """A worker that knows one paper with three articles, of which the last has an ETag."""
    made = Context(load(), "test:1:abc")
    made.__dict__["_loaded"] = ([paper.source(interval=60)], [])
    paper.news(3)
    status, _, body = paper.answers["/bai-so-2-100002.html"]
    paper.answers["/bai-so-2-100002.html"] = (status, HTML | {"ETag": '"1"'}, body)
    return made


def crawl(context: Context) -> pipeline.RoundResult:
    result = pipeline.RoundResult()
    pipeline.crawl(context, result)
    pipeline.register(context, result)
    pipeline.read(context, result)
    assert result.errors == []
    return result


def flag_all() -> None:
    archive.save_judgements(
        [Judgement(row.id, row.version, "covid", TextKind.CLAIM, (), (row.id,), None, row.title, flag(0.9))
         for row in Document.objects.all()]
    )  # fmt: skip


def an_hour_passes() -> None:
    now = clock.now()
    Look.objects.update(flagged=now - timedelta(minutes=61), due=now - timedelta(minutes=1))


def test_what_became_of_flagged_articles_is_found_once(context: Context, paper: Paper) -> None:
    crawl(context)
    flag_all()
    paper.asked.clear()
    assert crawl(context).counts["looks"] == 0  # nothing is due yet
    an_hour_passes()
    paper.answers["/bai-so-0-100000.html"] = (200, HTML, article("Bài số 0 đã được đính chính"))
    del paper.answers["/bai-so-1-100001.html"]
    assert crawl(context).counts["looks"] == 3
    assert sorted(paper.paths()) == [f"/bai-so-{n}-10000{n}.html" for n in range(3)]  # no poll: it was not due
    conditions = {path: headers.get("If-None-Match") for _, path, headers in paper.asked if path != "/robots.txt"}
    assert conditions["/bai-so-2-100002.html"] == '"1"'
    edited, gone, same = (Look.objects.get(document__url__contains=f"/bai-so-{n}-") for n in range(3))
    assert edited.changed is not None
    assert (gone.gone is not None, gone.changed) == (True, None)
    assert [entry["outcome"] for entry in same.history] == ["same"]
    assert Document.objects.get(pk=edited.document_id).version == 2
    waits = {look.due - look.flagged for look in (edited, gone, same) if look.due}
    assert waits == {timedelta(hours=6)}
    paper.asked.clear()
    assert crawl(context).counts["looks"] == 0
    assert paper.asked == []


def test_a_source_that_asked_for_a_pause_or_is_switched_off_is_not_looked_at(context: Context, paper: Paper) -> None:
    crawl(context)
    flag_all()
    an_hour_passes()
    SourceState.objects.update(not_before=clock.now() + timedelta(hours=1))
    assert crawl(context).counts["looks"] == 0
    SourceState.objects.update(not_before=None)
    context.__dict__["_loaded"] = ([paper.source(enabled=False)], [])
    assert crawl(context).counts["looks"] == 0
    assert Look.objects.filter(held=None).count() == 3
