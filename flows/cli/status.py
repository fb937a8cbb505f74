"""What runs and what waits: slots, silent sources, backlog, oldest unseen document.

Example:
  soatin status --json
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from core import clock
from flows.cli.output import print_counts
from flows.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin status`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when something is missed or silent."""
    from flows.context import migrate, open_context
    from flows.upkeep.missed import check

    context = open_context()
    migrate()
    findings = check(context)
    print_counts({**summary(context), "findings": [f.words for f in findings]}, as_json=args.json)
    return 1 if findings else 0


def summary(context: Context) -> dict[str, Any]:
    """Figures of the moment; times are local ISO 8601."""
    from core.plans import last_slot, slot_times
    from flows.run.processes import wait_for
    from flows.slots import slots_of
    from index.models import Document, Report, WarcFile
    from index.views import queue
    from index.work import leases

    now, slots = clock.now(), slots_of(context.settings, context.plan)
    waiting = queue.waiting().order_by("first_seen").first()
    received = WarcFile.objects.order_by("-found_at").first()
    last = Report.objects.filter(on_demand=False).order_by("-slot").first()
    return {
        "province": context.plan.name,
        "desk_answers": wait_for(context.settings.listens_at, 1.0),
        "last_received": _iso(received.found_at if received else None),
        "last_slot": _iso(last_slot(slots, now) if slots else None),
        "last_report": _iso(last.slot if last else None),
        "next_slot": _iso(next(iter(slot_times(slots, now, now + timedelta(days=2))), None)),
        "documents": Document.objects.count(),
        "queue": queue.waiting().count(),
        "oldest_unseen": _iso(waiting.first_seen if waiting else None),
        **{f"backlog_{name}": leases.backlog(name) for name in ("read", "classify", "index", "deliver")},
        "given_up": leases.stuck(),
    }


def _iso(moment: Any) -> str:
    return clock.local(moment).isoformat(timespec="minutes") if moment else ""
