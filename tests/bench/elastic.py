"""What soatin adds to Elasticsearch: ``SOATIN_SEARCH_URL=elasticsearch+http://… python -m tests.bench.elastic``.

Indexing: documents already made into dictionaries of the mapping through the client's own ``parallel_bulk``; the same
dictionaries through our sending; and documents as the archive gives them through our adapter, which makes the
dictionaries as well; in turn, best of three. Asking: our ``find`` against the very request that it sends, compiled
before, in an order that changes. The index is emptied.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.settings import load as load_settings
from index.query.parse import parse
from index.search import Filters, open_search
from index.search.elasticsearch import bulk, compiler, mapping
from index.search.elasticsearch import engine as elasticsearch
from tests.bench.measure import percentile, queries
from tests.bench.texts import load
from tests.bench.titles import documents

ROUNDS = 3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.elastic", description=__doc__)
    parser.add_argument("--documents", type=int, default=5_000, metavar="N")
    args = parser.parse_args()
    url = os.environ.get("SOATIN_SEARCH_URL", "")
    if not url.startswith("elasticsearch+"):
        raise UsageError("no Elasticsearch to measure", where="SOATIN_SEARCH_URL", cure="elasticsearch+http://…")
    texts = load(args.documents)
    given = documents(texts)
    with tempfile.TemporaryDirectory(prefix="soatin-elastic-") as home:
        engine: Any = open_search(load_settings(Path(home), {"SOATIN_SEARCH_URL": url}))
        _indexing(engine, given)
        _asking(engine, queries(texts, 200))
    return 0


def _indexing(engine: Any, given: list[Any]) -> None:
    from elasticsearch import helpers

    prepared = [mapping.source(doc) for doc in given]

    def theirs() -> None:
        actions = ({"_index": engine.alias, "_id": row["id"], "_source": row} for row in prepared)
        for ok, answer in helpers.parallel_bulk(engine._client, actions):
            if not ok:
                raise RuntimeError(str(answer))
        engine._client.indices.refresh(index=engine.alias)

    def sent() -> None:
        engine._ready()
        actions = ({"_op_type": "index", "_id": row["id"], "_source": row} for row in prepared)
        if bulk.send(engine._client, engine.where, actions, engine.alias)[0]:
            raise RuntimeError("some were refused")
        engine._client.indices.refresh(index=engine.alias)

    def ours() -> None:
        engine.index(given)

    speeds: dict[str, list[tuple[float, float]]] = {"theirs": [], "sent": [], "ours": []}
    for _ in range(ROUNDS):
        for name, work in (("theirs", theirs), ("sent", sent), ("ours", ours)):
            engine.reset()
            clock, cpu = _spent(work)
            speeds[name].append((len(given) / clock, cpu / len(given) * 1000))
    raw, same, mine = (max(speeds[name]) for name in ("theirs", "sent", "ours"))
    print(f"parallel_bulk on prepared dictionaries: {raw[0]:,.0f} documents/s, {raw[1]:.2f} ms of processor each")
    print(f"the same dictionaries, sent by soatin: {same[0]:,.0f}/s, {same[1]:.2f} ms; ratio {same[0] / raw[0]:.2f}")
    made = f"{mine[0]:,.0f}/s, {mine[1]:.2f} ms; ratio {mine[0] / raw[0]:.2f}"
    print(f"documents through soatin, dictionaries made on the way: {made}")


def _asking(engine: Any, asked: list[str]) -> None:
    def raw(plan: compiler.ElasticPlan) -> None:
        engine._client.search(
            index=engine.alias,
            query=plan.query,
            size=20,
            aggs=elasticsearch.AGGREGATIONS,
            track_total_hits=True,
            sort=elasticsearch.SORTS["best"],
            track_scores=True,
        )

    waits: dict[str, list[float]] = {"raw": [], "soatin": []}
    for number, text in enumerate(asked):
        plan = compiler.plan(parse(text), Filters())
        calls: list[tuple[str, Callable[[], object]]] = [
            ("raw", lambda plan=plan: raw(plan)),  # type: ignore[misc]
            ("soatin", lambda text=text: engine.find(parse(text))),  # type: ignore[misc]
        ]
        for _, call in calls:
            call()
        for name, call in calls if number % 2 else reversed(calls):
            waits[name].append(_spent(call)[0] * 1000)
    p95 = {name: percentile(values, 0.95) for name, values in waits.items()}
    print(f"search p95: raw {p95['raw']:.0f} ms, soatin {p95['soatin']:.0f} ms; ratio {p95['soatin'] / p95['raw']:.2f}")


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
