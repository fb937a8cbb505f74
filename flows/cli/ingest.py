"""Take WARC, JSONL (documents as `soatin read` prints them) and hotline tables (CSV, XLSX) into the archive.

A table's columns are recognised by name: nội dung/text, thời gian/time, địa bàn/district, mã/id; --map overrides.
Running it twice on the same file changes nothing.

Example:
  soatin ingest hotline.xlsx --source duong-day-nong --map text="Nội dung phản ánh"
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from core.errors import UsageError
from flows.cli.output import print_counts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin ingest`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--source", default="hotline", metavar="NAME", help="source of a table's tips (default: hotline)"
    )
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="column of id, text, time or district"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file could not be read; the others are taken in all the same."""
    from core import clock
    from core.errors import SoatinError
    from flows import bootstrap, notices
    from flows.intake import ingest_file
    from flows.pipeline import RoundResult, process

    mapping = dict(_pair(text) for text in args.map)
    context = bootstrap.start()
    bootstrap.migrate()
    result, counts, began = RoundResult(), Counter[str](), clock.now()
    for path in args.files:
        try:
            counts.update(ingest_file(context, path, args.source, mapping))
        except SoatinError as error:
            result.errors.append(str(error))
    process(context, result)
    result.errors += notices.dropped(began, "read")
    result.counts.update(counts)
    print_counts(result.to_json(), as_json=args.json)
    return 1 if result.errors else 0


def _pair(text: str) -> tuple[str, str]:
    field, equals, column = text.partition("=")
    if not equals or field not in {"id", "text", "time", "district"}:
        raise UsageError(f"{text!r} is no mapping", where="--map", cure='write e.g. --map text="Nội dung"')
    return field, column
