"""The wire to Elasticsearch breaks in mid-bulk, before or after the server did its part: nothing lost, none twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load
from flows.context import Context
from flows.steps.index import index
from flows.work import RoundResult
from index.archive import intake, judgements
from index.models import Job
from index.search import open_search
from index.work import leases
from tests.index.make import SOURCES, claim_judgement, document
from tests.proxy import Wire

COUNT = 1200
TEXT = "Nội dung dài về dịch bệnh, cách ly và vắc xin ở Tam Đảo. " * 20


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["before", "after"])
def test_a_bulk_that_was_cut_is_made_whole_by_itself(how: str, elastic_url: str, tmp_path: Path) -> None:
    for start in range(0, COUNT, 200):
        documents = [document(number, f"{TEXT} số {number}") for number in range(start, start + 200)]
        intake.take_in(documents, SOURCES)
        judgements.save_judgements([claim_judgement(one.id, (one.id,)) for one in documents])
    server, _, prefix = elastic_url.removeprefix("elasticsearch+").rpartition("/")
    wire = Wire(server)
    context = Context(load(tmp_path, {"SOATIN_SEARCH_URL": f"elasticsearch+{wire.url}/{prefix}-{how}"}), "worker")
    backend = open_search(context.settings)
    backend.reset()
    if how == "before":
        wire.cut_after = wire.sent + 1_500_000  # some bulks went through, one is cut in the middle
    else:
        wire.swallow = wire.sent + 1_500_000  # the server has applied it; its answer never comes
    result = RoundResult()
    index(context, result)
    assert len(result.errors) == 1, result.errors
    assert "cannot be reached" in result.errors[0]
    waiting = leases.backlog("index")
    assert 0 < waiting <= COUNT
    assert set(Job.objects.filter(queue="index").values_list("attempts", "owner")) == {(0, "")}, "nobody's fault"

    wire.mend()
    again = RoundResult()
    index(context, again)
    assert (again.errors, leases.backlog("index"), leases.stuck()) == ([], 0, 0)
    assert backend.count() == COUNT, "each document once"
    wire.cut()
