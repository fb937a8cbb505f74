"""Have work tried again that was given up: after too many errors, or because its worker died each time.

What was given up, and why: `soatin status`, or the sources page of the desk. It is done in the next round.

Example:
  soatin retry
  soatin retry --queue read
"""

from __future__ import annotations

import argparse

from core.codes.work import Queue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin retry`."""
    queues = [str(queue) for queue in Queue if queue.stands]
    words = f"only that of one queue: {', '.join(queues)}"
    parser.add_argument("--queue", default="", choices=queues, metavar="QUEUE", help=words)
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Safe to run at any time; nothing given up is no error."""
    from flows.cli.output import print_counts
    from flows.context import migrate, open_context

    open_context()
    migrate()
    from index.work import leases

    print_counts({"due_again": leases.retry_stuck(args.queue)}, as_json=args.json)
    return 0
