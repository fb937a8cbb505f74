"""Read HTML, PDF or archive files (WARC, ARC, WACZ) and print their documents as JSON Lines; touches no archive.

A listing page prints {"kind": "listing", "links": [...]}.

Example:
  soatin read article.html --url https://example.vn/bai-viet.htm
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from core.errors import DataError, UsageError
from core.model.documents import Document
from core.model.drops import Drop
from core.model.sources import Source
from flows.cli.output import print_json, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin read`."""
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--url", default="", help="address of the page (HTML files; default: the one that it states)")
    parser.add_argument("--source", default="", metavar="NAME", help="source whose hints apply")
    parser.add_argument("--json", action="store_true", help="JSON Lines (always so; for symmetry with other commands)")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file could not be read; the others are printed all the same."""
    from core.settings import load
    from core.sources.files import load_sources

    folder = load().sources_dir
    sources = {source.name: source for source in load_sources(folder if folder.is_dir() else None)[0]}
    if args.source and args.source not in sources:
        raise UsageError(f"no such source: {args.source}", where="--source", cure="see `soatin sources`")
    failed = 0
    for path in args.files:
        try:
            problems = _read_file(path, args.url, sources.get(args.source), sources)
        except DataError as error:
            problems = [str(error)]
        for problem in problems:
            say(f"soatin read: {problem}")
        failed += bool(problems)
    return 1 if failed else 0


def _read_file(path: Path, url: str, source: Source | None, sources: Mapping[str, Source]) -> list[str]:
    if not path.is_file():
        raise DataError("no such file", where=str(path), cure="give the path of an HTML, PDF, WARC, ARC or WACZ file")
    from crawlers.evidence.other_archives import is_archive
    from crawlers.read import read_page, stated_url

    if is_archive(path):
        return _read_archive(path, sources)

    body = path.read_bytes()
    reading = read_page(body, url or stated_url(body) or path.resolve().as_uri(), source)
    if reading.kind == "listing":
        print_json({"kind": "listing", "links": list(reading.links)})
    for document in reading.documents:
        print_json(document.to_json())
    if reading.kind != "listing" and not reading.documents:
        why = "; ".join(f"{problem.reason} {problem.detail}".strip() for problem in reading.problems)
        raise DataError(
            f"no document found in it{f' ({why})' if why else ''}",
            where=str(path),
            cure="is it an article, channel or forum page?",
        )
    return []


def _read_archive(path: Path, sources: Mapping[str, Source]) -> list[str]:
    from core.codes.drops import DropReason
    from crawlers.read import read_archive

    problems, found, passed = [], 0, Counter[str]()
    for item in read_archive(path, sources, passed):
        if isinstance(item, Document):
            found += 1
            print_json(item.to_json())
        elif isinstance(item, Drop) and item.reason != DropReason.DOUBTFUL_TEXT:  # the document says it itself
            problems.append(" ".join(part for part in (f"{path}: {item.reason}:", item.url, item.detail) if part))
    if found:
        for what, count in passed.items():
            say(f"soatin read: {path}: {DropReason.PASSED_OVER}: {count} × {what}")
    return problems or ([] if found else [f"{path}: no document found in it"])
