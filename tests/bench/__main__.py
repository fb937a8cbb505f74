"""``python -m tests.bench``: measure, print a table, write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from core import clock
from tests.bench.row import Row
from tests.bench.texts import ROOT, Texts, load

_CRAWL = "\n## Crawl and reading\n"
_KEPT = "\n## Figures of decisions\n"
"""Measured once, when a decision was made: stays as it is."""


def main() -> int:
    """Everything in a home of its own that is removed afterwards."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000, metavar="N", help="size of the archive")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", metavar="FILE")
    parser.add_argument("--only-crawl", action="store_true", help="measure crawl and reading; the rest of FILE stays")
    args = parser.parse_args()
    for name in [n for n in os.environ if n.startswith("SOATIN_") and n != "SOATIN_DATA"]:
        del os.environ[name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soatin-bench-") as home:
        os.environ["SOATIN_HOME"] = home
        (Path(home) / "soatin.toml").write_text('province = "vinh-phuc"\nshipped_sources = false\n', "utf-8")
        texts = load(100 if args.only_crawl else args.documents)
        if args.only_crawl:
            rest = args.out.read_text("utf-8").split(_CRAWL)[0]
        else:
            rest = _document("\n".join(_table(texts, args.documents)), args.documents)
        crawled = _section(texts)
    print(rest + crawled)
    _, mark, kept = (args.out.read_text("utf-8") if args.out.exists() else "").partition(_KEPT)
    args.out.write_text(rest + crawled + (mark and f"{mark}{kept}"), "utf-8")
    print(f"{time.monotonic() - began:.0f} s in all; wrote {args.out}", file=sys.stderr)
    return 0


def _table(texts: Texts, documents: int) -> list[str]:
    from flows.context import migrate, open_context

    open_context()
    from tests.bench import answers, detection, measure, retold

    migrate()
    steps: list[Callable[[], list[Row]]] = [
        lambda: detection.speed(texts),
        detection.quality,
        answers.retrieval,
        answers.copies,
        retold.retold,
        lambda: measure.fill(texts, documents),
        lambda: measure.search(texts, 200),
        lambda: measure.titles(texts, documents, 200),
        lambda: measure.desk(texts, 100),
        lambda: measure.end_to_end(texts, max(200, documents // 10)),
    ]
    return _measured(steps)


def _section(texts: Texts) -> str:
    """The crawl's table, all of it from one run."""
    from flows.context import migrate, open_context

    open_context()
    from tests.bench import crawl, measure, reading

    migrate()
    table = "\n".join(
        _measured([crawl.speed, crawl.memory, crawl.pace, crawl.day, lambda: measure.read(texts), reading.quality])
    )
    day = clock.day().isoformat()
    return (
        f"{_CRAWL}\n{table}\n\n"
        f"Written on {day}, all in one run (`python -m tests.bench --only-crawl` measures these alone). The local web\n"
        "and what asks it share the machine. news-please is installed for the measurement and removed again.\n"
    )


def _measured(steps: list[Callable[[], list[Row]]]) -> list[str]:
    lines = ["| what | figure | measured on |", "|---|---|---|"]
    for step in steps:
        for row in step():
            print(f"{row.what}: {row.figure}", file=sys.stderr)
            lines.append(f"| {row.what} | {row.figure} | {row.on} |")
    return lines


def _document(table: str, documents: int) -> str:
    day = clock.day().isoformat()
    return (
        "# Benchmarks\n\n"
        f"Written by `make bench` on {day}: {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, SQLite for archive and search.\n\n"
        f"{table}\n\n"
        f"Search and desk pages are measured over an archive of {documents:,} documents; waits are what one person\n"
        "sees when nobody else asks. The end-to-end figure is taken on top of that archive, in one process, with the\n"
        "model loaded. With `SOATIN_DATA` set to a folder of real texts they are used; otherwise texts are made from\n"
        "our own corpus.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
