"""The Prefect flows: watch, report, guard. A worker on another machine runs the same ones.

With no API address set, Prefect runs them without a server of their own; `soatin up` starts one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect import flow, get_run_logger, serve, task
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from core import clock
from flows import bootstrap
from flows.bootstrap import Context
from flows.outage import told, tolerated
from flows.pipeline import RoundResult, crawl, deliver, process

ZONE = "Asia/Ho_Chi_Minh"
FIRST_ROUND = timedelta(seconds=5)
FIRST_MAKE_UP = timedelta(seconds=30)
"""After the start: late enough that evidence waiting to be read is mostly in, early enough to be at start."""
MAKE_UP_EVERY = timedelta(minutes=15)


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
    from flows.alerts import send_alerts

    result = RoundResult()
    with tolerated(result):
        send_alerts(context, result)
    return result


@flow(name="watch", validate_parameters=False)
def watch(names: tuple[str, ...] = ()) -> dict[str, object]:
    """One round: poll what is due and bring it as far as search."""
    context = bootstrap.start()
    crawled = crawl_task(context, tuple(names))
    processed = process_task(context)
    alerted = alerts_task(context)
    total = RoundResult(
        crawled.counts + processed.counts + alerted.counts, [*crawled.errors, *processed.errors, *alerted.errors]
    )
    _log(total)
    return total.to_json()


@flow(name="report")
def report() -> dict[str, object]:
    """Make the reports that are due, made-up ones included, and send them."""
    from flows.reporting import make_due

    context = bootstrap.start()
    result = RoundResult()
    with tolerated(result):
        result.counts["reports"] = len(make_due(context))
        deliver(context, result)
    _log(result)
    return result.to_json()


@flow(name="guard")
def guard() -> list[dict[str, object]]:
    """Check that nothing was missed; raise alarms; remove what has outlived its retention."""
    from flows.alarms import raise_alarms
    from flows.guard import check
    from flows.maintenance import expire

    context = bootstrap.start()
    with told(context):
        findings = check(context)
    for finding in raise_alarms(context, findings):
        get_run_logger().warning(finding.words)
    expire(context)
    return [finding.to_json() for finding in findings]


def _log(result: RoundResult) -> None:
    logger = get_run_logger()
    logger.info("%s", dict(result.counts))
    for error in result.errors:
        logger.error("%s", error)


def serve_all(context: Context) -> None:
    """Serve the three flows on their schedules until stopped. One run of each at a time."""
    from flows.reporting import slots_of

    start = clock.now()
    # By module, not by file: loaded from its file this module would be named ``flows``, and importing flows.deliver
    # would then put that package in the place of the function of the same name.
    common: dict[str, Any] = {
        "concurrency_limit": ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        "entrypoint_type": EntrypointType.MODULE_PATH,
    }
    every = timedelta(minutes=int(context.settings.watch_minutes))
    deployments: list[Any] = [  # to_deployment is a coroutine only when called from one
        watch.to_deployment("watch", schedule=Interval(every, anchor_date=start + FIRST_ROUND), **common),
        report.to_deployment(
            "report",
            # What was missed is made up at start, and looked for again every quarter hour.
            schedules=[
                *(
                    Cron(f"{slot.minute} {slot.hour} * * *", timezone=ZONE)
                    for slot in slots_of(context.settings, context.plan)
                ),
                Interval(MAKE_UP_EVERY, anchor_date=start + FIRST_MAKE_UP),
            ],
            **common,
        ),
        guard.to_deployment("guard", schedule=Interval(timedelta(minutes=10)), **common),
    ]
    serve(*deployments, pause_on_shutdown=False)


if __name__ == "__main__":
    # The flows of ``__main__`` could not be found again by the name of their module.
    from flows import flows as itself  # noqa: PLW0406 -- on purpose, see above

    itself.serve_all(bootstrap.start())
