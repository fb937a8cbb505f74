"""Rebuild the search index from the archive. The present index answers until the new one takes over.

Example:
  soatin reindex
  soatin reindex --drop-old
"""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin reindex`."""
    parser.add_argument(
        "--drop-old", action="store_true", help="only remove the index that the last rebuilding replaced and kept"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Build, switch, catch up; or drop what was kept."""
    from flows.cli.output import print_counts, say
    from flows.context import migrate, open_context
    from flows.upkeep.reindex import drop_old, reindex

    context = open_context()
    migrate()
    if args.drop_old:
        print_counts({"dropped": int(drop_old(context))}, as_json=args.json)
        return 0
    print_counts({"indexed": reindex(context, _bar if sys.stderr.isatty() else _quiet)}, as_json=args.json)
    say("the index before is kept until `soatin reindex --drop-old`")
    return 0


def _bar(done: int, of: int) -> None:
    print(f"\r{done} of {of}", end="" if done < of else "\n", file=sys.stderr, flush=True)


def _quiet(_done: int, _of: int) -> None:
    pass
