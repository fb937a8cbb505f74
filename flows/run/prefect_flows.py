"""The Prefect flows: watch, report, guard. A worker on another machine runs the same ones.

With no API address set, Prefect runs them without a server of their own; `soatin up` starts one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prefect import flow, get_run_logger
from prefect import serve as serve_deployments
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from core import clock
from flows.context import Context, open_context
from flows.run.parent import end_with_parent

if TYPE_CHECKING:
    from flows.work import RoundResult

ZONE = "Asia/Ho_Chi_Minh"
FIRST_ROUND = timedelta(seconds=5)
FIRST_MAKE_UP = timedelta(seconds=30)
"""After the start: late enough that evidence waiting to be read is mostly in, early enough to be at start."""
MAKE_UP_EVERY = timedelta(minutes=15)


@flow(name="watch", validate_parameters=False)
def watch(names: tuple[str, ...] = ()) -> dict[str, object]:
    """One round: poll what is due and bring it as far as search."""
    end_with_parent()
    context = open_context()
    from flows.run.rounds import watch_round  # noqa: PLC0415 -- Django must stand first: Prefect imports this module

    return _logged(watch_round(context, tuple(names)))


@flow(name="report")
def report() -> dict[str, object]:
    """Make the reports that are due, made-up ones included, and send them."""
    end_with_parent()
    context = open_context()
    from flows.run.rounds import report_round  # noqa: PLC0415 -- as above

    return _logged(report_round(context))


@flow(name="guard")
def guard() -> list[dict[str, object]]:
    """Check that nothing was missed; raise alarms; remove what has outlived its retention."""
    end_with_parent()
    context = open_context()
    from flows.run.rounds import guard_round  # noqa: PLC0415 -- as above

    findings, raised = guard_round(context)
    for finding in raised:
        get_run_logger().warning(finding.words)
    return [finding.to_json() for finding in findings]


def _logged(result: RoundResult) -> dict[str, object]:
    logger = get_run_logger()
    logger.info("%s", dict(result.counts))
    for error in result.errors:
        logger.error("%s", error)
    return result.to_json()


def serve(context: Context) -> None:
    """Serve the three flows on their schedules until stopped. One run of each at a time."""
    from flows.slots import slots_of  # noqa: PLC0415 -- as above

    start = clock.now()
    # By module, not by file: loaded from its file this module would be named ``flows``, and importing flows.tell
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
    serve_deployments(*deployments, pause_on_shutdown=False)
