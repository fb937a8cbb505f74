"""The step that judges documents. One that cannot be judged in time is given up with its reason; the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import connection

from core.model.documents import Document
from core.model.flags import Judgement
from flows.context import Context
from flows.steps.judge import Judge, make_judge
from flows.steps.time_limit import TimeLimitError, time_limit
from flows.work import BATCH, RoundResult, work
from index.archive import reading
from index.archive.judgements import save_judgements
from index.work import leases

LONGEST_TEXT = 20.0
"""Seconds for one document (figures: docs/adr/0021)."""
LONGEST_BATCH = 60.0
"""Seconds after which a batch is broken off, and judged document by document."""
Pair = tuple[Document, int]


def classify(context: Context, result: RoundResult, judge: Judge | None = None) -> None:
    """Judge every document that is due."""
    if not leases.backlog("classify"):
        return
    judge = judge or make_judge(context.settings, context.plan, context.sources)
    work(context, result, "classify", BATCH, partial(_classify_documents, judge, context.owner))


def _classify_documents(judge: Judge, owner: str, result: RoundResult, ids: Sequence[str]) -> None:
    versions = reading.version_of(ids)
    pairs = [(doc, versions[doc.id]) for doc in reading.documents(ids)]
    try:
        judgements = _judged(judge, pairs, LONGEST_BATCH)
    except TimeLimitError:
        judgements = _one_by_one(judge, owner, result, pairs)
    save_judgements(judgements)
    result.counts["classified"] += len(judgements)
    result.counts["flagged"] += sum(1 for j in judgements if j.flag and j.flag.flagged)


def _one_by_one(judge: Judge, owner: str, result: RoundResult, pairs: Sequence[Pair]) -> list[Judgement]:
    """Judge each document alone; one that takes too long would do so every time, and is given up."""
    found: list[Judgement] = []
    refused: dict[str, str] = {}
    for pair in pairs:
        try:
            found += _judged(judge, [pair], LONGEST_TEXT)
        except TimeLimitError as error:
            refused[pair[0].id] = f"judging {error}"
    leases.bury("classify", refused, owner)
    result.counts["failed"] += len(refused)
    result.errors += [f"classify {identity}: {words}" for identity, words in refused.items()]
    return found


def _judged(judge: Judge, pairs: Sequence[Pair], seconds: float) -> list[Judgement]:
    try:
        with time_limit(seconds):
            return judge.judge(pairs)
    except TimeLimitError:
        if not connection.in_atomic_block:
            connection.close()  # it may have been broken off amid a question: the next one opens another
        raise
