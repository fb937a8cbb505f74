"""What the Prefect flows do, as plain functions and tasks. Imported by the flows once Django is started."""

from __future__ import annotations

from prefect import task

from flows.context import Context
from flows.papers.report.due import make_due
from flows.pipeline import deliver, process
from flows.steps.crawl import crawl
from flows.tell.alarms import raise_alarms
from flows.tell.alerts import send_alerts
from flows.tell.outage import told, tolerated
from flows.upkeep.maintenance import expire
from flows.upkeep.missed import Missed, check
from flows.work import RoundResult


@task(name="crawl")
def crawl_task(context: Context, names: tuple[str, ...]) -> RoundResult:
    """Poll what is due."""
    result = RoundResult()
    with tolerated(result):
        crawl(context, result, names)
    return result


@task(name="process")
def process_task(context: Context) -> RoundResult:
    """Read, classify and index what is due."""
    result = RoundResult()
    with tolerated(result):
        process(context, result)
    return result


@task(name="alerts")
def alerts_task(context: Context) -> RoundResult:
    """Tell people of new hits of their saved searches."""
    result = RoundResult()
    with tolerated(result):
        send_alerts(context, result)
    return result


def watch_round(context: Context, names: tuple[str, ...]) -> RoundResult:
    """One round: poll what is due and bring it as far as search."""
    parts = crawl_task(context, names), process_task(context), alerts_task(context)
    total = RoundResult()
    for part in parts:
        total.counts.update(part.counts)
        total.errors += part.errors
    return total


def report_round(context: Context) -> RoundResult:
    """Make the reports that are due, made-up ones included, and send them."""
    result = RoundResult()
    with tolerated(result):
        result.counts["reports"] = len(make_due(context))
        deliver(context, result)
    return result


def guard_round(context: Context) -> tuple[list[Missed], list[Missed]]:
    """Check that nothing was missed, raise alarms, remove what has outlived its retention: all findings, and those that
    people were told of just now.
    """
    with told(context):
        findings = check(context)
    raised = raise_alarms(context, findings)
    expire(context)
    return findings, raised
