"""The real steps in a loop until nothing is due, naming each as it begins.

Then it says ``finished`` and waits, so that a test can always kill it while it lives.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from flows.context import Context, migrate, open_context
from flows.papers.report.due import make_slot
from flows.pipeline import deliver
from flows.steps.classify import classify
from flows.steps.crawl import crawl, due_sources
from flows.steps.index import index
from flows.steps.matching import match
from flows.steps.read import read, register
from flows.work import RoundResult


def main(when: str) -> None:
    slot = datetime.fromisoformat(when)
    context = open_context()
    migrate()
    while True:
        result = RoundResult()
        steps: dict[str, Callable[[], object]] = {
            "crawl": partial(crawl, context, result),
            "read": lambda result=result: (register(context, result), read(context, result)),
            "classify": partial(classify, context, result),
            "index": partial(index, context, result),
            "match": partial(match, context, result),
            "report": partial(_report, context, slot),
            "deliver": partial(deliver, context, result),
        }
        for name, step in steps.items():
            print(name, flush=True)
            step()
        for error in result.errors:
            print(f"error {error}", flush=True)
        if not _something_due(context):
            print("finished", flush=True)
            time.sleep(600)
        time.sleep(0.3)


def _something_due(context: Context) -> bool:
    from index.models import Job

    return bool(due_sources(context)) or Job.objects.exists()


def _report(context: Context, slot: datetime) -> None:
    """Only over a whole archive, so that the report of a disturbed run says the same."""
    from index.models import Job

    if not due_sources(context) and not Job.objects.filter(queue__in=["read", "classify", "index"]).exists():
        make_slot(context, slot)
