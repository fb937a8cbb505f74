"""One round: poll the sources that are due (or the named ones), then read, flag and index what came.

With --since it goes back through sitemaps and further pages down to that day, max_pages pages a round;
run again, it goes on where it stopped.

Example:
  soatin crawl --source vnexpress --json
  soatin crawl --source vnexpress --since 2021-08-01
"""

from __future__ import annotations

import argparse
from datetime import date

from core.errors import UsageError
from flows.cli.output import print_counts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin crawl`."""
    parser.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="poll this source now; may be repeated"
    )
    parser.add_argument("--since", default="", metavar="DATE", help="go back to this day (YYYY-MM-DD); needs --source")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a source did not answer or any piece of work failed; single pages not used are only told."""
    from core import clock
    from flows.context import migrate, open_context
    from flows.pipeline import watch_round
    from flows.tell import notices

    since = _day(args.since, args.source)
    context = open_context()
    migrate()
    began = clock.now()
    result = watch_round(context, args.source, since)
    result.errors += notices.failed_polls(began)
    print_counts({**result.to_json(), "not_used": notices.dropped(began)}, as_json=args.json)
    return 1 if result.errors else 0


def _day(text: str, sources: list[str]) -> date | None:
    from core import clock

    if not text:
        return None
    if not sources:
        raise UsageError("goes back only in named sources", where="--since", cure="add --source NAME")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date", where="--since", cure="write e.g. 2021-08-01") from None
    if day > clock.day():
        raise UsageError(f"{text} is in the future", where="--since", cure="give a day that has passed")
    return day
