"""What soatin adds to Elasticsearch: ``SOATIN_SEARCH_URL=elasticsearch+http://… python -m tests.bench.elastic``.

Indexing: documents as the archive gives them through our adapter, against the same documents, already made into
dictionaries of the same mapping, through the client's own ``parallel_bulk``; in turn, best of three. Asking: our
``search`` against the very request that it sends. The index is emptied.
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
from index.query import parse
from index.search import Filters, compile_elastic, elastic_mapping, elasticsearch, open_search
from tests.bench.measure import percentile, queries
from tests.bench.texts import load
from tests.bench.titles import documents

BATCH = 1000
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

    prepared = [elastic_mapping.source(doc) for doc in given]

    def theirs() -> None:
        actions = ({"_index": engine.alias, "_id": row["id"], "_source": row} for row in prepared)
        for ok, answer in helpers.parallel_bulk(engine._client, actions):
            if not ok:
                raise RuntimeError(str(answer))
        engine._client.indices.refresh(index=engine.alias)

    def ours() -> None:
        for start in range(0, len(given), BATCH):
            engine.index(given[start : start + BATCH])

    speeds: dict[str, list[tuple[float, float]]] = {"theirs": [], "ours": []}
    for _ in range(ROUNDS):
        for name, work in (("theirs", theirs), ("ours", ours)):
            engine.reset()
            clock, cpu = _spent(work)
            speeds[name].append((len(given) / clock, cpu / len(given) * 1000))
    raw, mine = max(speeds["theirs"]), max(speeds["ours"])
    print(f"parallel_bulk on prepared dictionaries: {raw[0]:,.0f} documents/s, {raw[1]:.2f} ms of processor each")
    print(f"the same through soatin: {mine[0]:,.0f} documents/s, {mine[1]:.2f} ms; ratio {mine[0] / raw[0]:.2f}")


def _asking(engine: Any, asked: list[str]) -> None:
    def raw(text: str) -> None:
        plan = compile_elastic.plan(parse(text), Filters())
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
    for text in asked:
        for name, call in (("raw", raw), ("soatin", engine.find)):
            query: Any = text if name == "raw" else parse(text)
            waits[name].append(_spent(lambda call=call, query=query: call(query))[0] * 1000)  # type: ignore[misc]
    p95 = {name: percentile(values, 0.95) for name, values in waits.items()}
    print(f"search p95: raw {p95['raw']:.0f} ms, soatin {p95['soatin']:.0f} ms; ratio {p95['soatin'] / p95['raw']:.2f}")


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
