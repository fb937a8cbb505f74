"""One round: poll the sources that are due (or the named ones), then read, flag and index what came.

Example:
  soatin crawl --source vnexpress --json
"""

from __future__ import annotations

import argparse

from flows.cli.output import print_counts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin crawl`."""
    parser.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="poll this source now; may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a source did not answer or any piece of work failed; single pages not used are only told."""
    from core import clock
    from flows import bootstrap, notices
    from flows.pipeline import watch_round

    context = bootstrap.start()
    bootstrap.migrate()
    began = clock.now()
    result = watch_round(context, args.source)
    result.errors += notices.failed_polls(began)
    print_counts({**result.to_json(), "not_used": notices.dropped(began)}, as_json=args.json)
    return 1 if result.errors else 0
