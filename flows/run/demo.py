"""The whole job on a small local web: served, crawled over HTTP, read, flagged, indexed, reported.

The web is started as ``python -m tests.site`` (a string that import-linter cannot see; tests/flows/test_demo.py
goes through here), so the demo needs a checkout, not only the installed package.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core import clock
from core.errors import SoatinError
from core.plans import last_slot
from flows.context import Context
from flows.papers.report.due import make_slot
from flows.papers.report.make import make_report
from flows.pipeline import deliver
from flows.run.prefect_flows import watch
from flows.run.processes import Api, prefect_environ, wait_for
from flows.slots import slots_of
from flows.work import RoundResult
from index.models import Document, Flag, Report

SERVER_START = 180


@dataclass(frozen=True)
class DemoResult:
    """What the demo shows at its end; paths are absolute."""

    documents: int
    flags: int
    report_docx: str
    report_pdf: str
    seconds: float


def whole_job(context: Context, api: Api, began: float) -> DemoResult:
    """Crawl to report, by the same flows that `soatin up` schedules."""
    os.environ.update(prefect_environ(context.settings, api))

    if not wait_for(f"{api.url}/health", SERVER_START):
        log = context.settings.data / "logs/scheduler.log"
        raise SoatinError("the flow server did not start", where=str(log), cure="see this log")
    outcome: Any = watch()
    for error in outcome["errors"]:
        sys.stderr.write(f"{error}\n")
    report = _report(context)
    deliver(context, RoundResult())
    return DemoResult(
        documents=Document.objects.count(),
        flags=Flag.objects.filter(flagged=True).count(),
        report_docx=str(context.settings.report_dir / report.docx),
        report_pdf=str(context.settings.report_dir / report.pdf),
        seconds=round(time.monotonic() - began, 1),
    )


def _report(context: Context) -> Report:
    """The report of the last slot; of the last twelve hours, on demand, where the plan knows no slots."""
    now, slots = clock.now(), slots_of(context.settings, context.plan)
    if slots:
        return make_slot(context, last_slot(slots, now))
    return make_report(
        context.settings, context.plan, slot=now, since=now - timedelta(hours=12), until=now, on_demand=True
    )
