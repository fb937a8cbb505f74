"""The step that judges documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flows.context import Context
from flows.steps.judge import Judge, make_judge
from flows.work import BATCH, RoundResult, work
from index.archive import reading
from index.archive.judgements import save_judgements
from index.work import leases


def classify(context: Context, result: RoundResult, judge: Judge | None = None) -> None:
    """Judge every document that is due."""
    if not leases.backlog("classify"):
        return
    judge = judge or make_judge(context.settings, context.plan, context.sources)
    work(context, result, "classify", BATCH, partial(_classify_documents, judge))


def _classify_documents(judge: Judge, result: RoundResult, ids: Sequence[str]) -> None:
    versions = reading.version_of(ids)
    judgements = judge.judge([(doc, versions[doc.id]) for doc in reading.documents(ids)])
    save_judgements(judgements)
    result.counts["classified"] += len(judgements)
    result.counts["flagged"] += sum(1 for j in judgements if j.flag and j.flag.flagged)
