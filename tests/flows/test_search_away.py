"""The search server is away for a while: nothing is given up, and search catches up by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load
from flows.context import Context
from flows.steps.index import index
from flows.work import RoundResult
from index.archive import intake, judgements
from index.models import Job
from index.query.parse import parse
from index.search import open_search
from index.work import leases
from tests.index.make import SOURCES, claim_judgement, document


@pytest.mark.django_db
def test_what_could_not_be_indexed_waits_and_is_indexed_as_soon_as_search_is_back(tmp_path: Path) -> None:
    docs = [document(number) for number in range(3)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    away = Context(load(tmp_path, {"SOATIN_SEARCH_URL": "elasticsearch+http://127.0.0.1:9/x"}), "worker")
    for _ in range(7):  # more often than a key that is at fault itself may fail
        result = RoundResult()
        index(away, result)
        assert len(result.errors) == 1
        assert "cannot be reached" in result.errors[0]
    assert leases.backlog("index") == 3
    assert leases.stuck() == 0
    assert set(Job.objects.filter(queue="index").values_list("attempts", "owner")) == {(0, "")}

    back = Context(load(tmp_path, {}), "worker")
    index(back, RoundResult())
    assert leases.backlog("index") == 0
    assert open_search(back.settings).search(parse('"dịch bệnh"')).total == 3
