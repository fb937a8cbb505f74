"""Flagged articles are looked at again by the rounds, beside the polls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core import clock
from core.codes.texts import TextKind
from core.model.flags import Judgement
from core.settings import load
from flows.context import Context
from flows.steps import crawl as step
from flows.steps.read import read, register
from flows.work import RoundResult
from index.archive import judgements
from index.models import Document, Job, Look, SourceState
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
def context(paper: Paper, tmp_path: Path) -> Context:
    """A worker that knows one paper with three articles, of which the last has an ETag."""
    made = Context(load(tmp_path, {}), "test:1:abc")
    made.__dict__["_loaded"] = ([paper.source(interval=60)], [])
    paper.news(3)
    status, _, body = paper.answers["/bai-so-2-100002.html"]
    paper.answers["/bai-so-2-100002.html"] = (status, HTML | {"ETag": '"1"'}, body)
    return made


def crawl(context: Context) -> RoundResult:
    result = RoundResult()
    step.crawl(context, result)
    register(context, result)
    read(context, result)
    assert result.errors == []
    return result


def flag_all() -> None:
    judgements.save_judgements(
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


def test_a_round_killed_after_its_looks_is_not_repeated_and_one_killed_before_them_is(
    context: Context, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl(context)
    flag_all()
    an_hour_passes()
    paper.asked.clear()
    with monkeypatch.context() as killed:
        killed.setattr(step, "register", _killed_the_second_time(register))
        with pytest.raises(KeyboardInterrupt):
            step.crawl(context, RoundResult())
    Job.objects.filter(queue="poll").delete()  # the lease of its source ends with its process
    assert len(paper.paths()) == 3
    assert crawl(context).counts["looks"] == 0  # what was received is read first
    assert len(paper.paths()) == 3
    assert {len(look.history) for look in Look.objects.all()} == {1}

    an_hour_passes()
    with monkeypatch.context() as killed:
        killed.setattr("flows.steps.crawl.run_round", _die)
        with pytest.raises(KeyboardInterrupt):
            step.crawl(context, RoundResult())
    Job.objects.filter(queue="poll").delete()
    assert crawl(context).counts["looks"] == 0  # the dead round holds them still
    later = clock.now() + timedelta(minutes=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert crawl(context).counts["looks"] == 3
    assert len(paper.paths()) == 6


def _die(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def _killed_the_second_time(register: Callable[..., None]) -> Callable[..., None]:
    calls = []

    def counted(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        register(*arguments)

    return counted
