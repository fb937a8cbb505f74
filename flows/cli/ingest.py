"""Take WARC, JSONL (documents as `soatin read` prints them), hotline tables (CSV, XLSX) and messages to a Zalo
Official Account (JSON, JSONL, recognised by what is in them) into the archive.

A table's columns are recognised by name: nội dung/text, thời gian/time, địa bàn/district, mã/id. A mapping file says it
where they are called otherwise (docs/add-a-source.md); --map overrides it. Running it twice changes nothing.

Example:
  soatin ingest hotline.xlsx --mapping hotline.toml
  soatin ingest hotline.csv --source duong-day-nong --map text="Nội dung phản ánh"
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from core.errors import UsageError
from flows.cli.output import print_counts

FIELDS = ("id", "text", "time", "district", "sender")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin ingest`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--source", default="", metavar="NAME", help="source of a table's tips (default: the mapping's, or hotline)"
    )
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="TOML file that says which column is what")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help=f"column of {', '.join(FIELDS)}"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file could not be read; the others are taken in all the same."""
    from core import clock
    from core.errors import SoatinError
    from crawlers.tips.hotline_tables import TableMap, load_map
    from flows.context import migrate, open_context
    from flows.pipeline import process
    from flows.steps.ingest import ingest_file
    from flows.tell import notices
    from flows.work import RoundResult

    columns = dict(_pair(text) for text in args.map)
    table = (load_map(args.mapping) if args.mapping else TableMap()).changed(args.source, columns)
    context = open_context()
    migrate()
    result, counts, began = RoundResult(), Counter[str](), clock.now()
    for path in args.files:
        try:
            counts.update(ingest_file(context, path, table))
        except SoatinError as error:
            result.errors.append(str(error))
    process(context, result)
    result.errors += notices.dropped(began, "read")
    result.counts.update(counts)
    print_counts(result.to_json(), as_json=args.json)
    return 1 if result.errors else 0


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or field not in FIELDS:
        raise UsageError(f"{text!r} is no mapping", where="--map", cure='write e.g. --map text="Nội dung"')
    return field, column
