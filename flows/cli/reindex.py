"""Rebuild the search index from the archive. Search answers from what is there meanwhile.

Example:
  soatin reindex
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin reindex`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Drop, then feed every relevant document again."""
    from flows import bootstrap
    from flows.cli.output import print_counts
    from flows.maintenance import reindex

    context = bootstrap.start()
    bootstrap.migrate()
    print_counts({"indexed": reindex(context)}, as_json=args.json)
    return 0
