"""The order of the steps: crawl, read, classify, index, deliver.

Each step claims what is due under a lease and says what it did; killed anywhere and run again it loses and
doubles nothing. Steps do not know one another: they meet in the archive's job queues.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.context import Context
from flows.steps.classify import classify
from flows.steps.crawl import crawl
from flows.steps.index import index
from flows.steps.judge import Judge
from flows.steps.matching import match
from flows.steps.read import read, register
from flows.tell.outage import tolerated
from flows.tell.reports import deliver_due
from flows.upkeep.reindex import mend
from flows.work import RoundResult
from index.archive import claims


def deliver(context: Context, result: RoundResult) -> None:
    """Send every report that is due to its recipients."""
    counts = deliver_due(context.settings, context.owner)
    result.counts["sent"] += counts.sent


def process(context: Context, result: RoundResult, judge: Judge | None = None) -> None:
    """Everything after the crawl: register, read, classify, order the queue anew, index, match to findings. A search
    index that is not this archive's is built anew first.
    """
    register(context, result)
    read(context, result)
    classify(context, result, judge)
    claims.refresh_urgency()
    mend(context, result)
    index(context, result)
    match(context, result)


def watch_round(context: Context, names: Sequence[str] = (), since: date | None = None) -> RoundResult:
    """One whole round: poll what is due and bring it as far as search. Broken source files are errors, not the end."""
    result = RoundResult()

    result.errors += [str(error) for error in context.broken_sources]
    with tolerated(result):
        crawl(context, result, names, since)
    with tolerated(result):
        process(context, result)
    return result
