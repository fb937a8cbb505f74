"""Search the index: words, "phrases", OR, -not, word*; accents optional. docs/search.md has the whole language.

Example:
  soatin search '"cach ly" -hotel' --from 2021-09-01 --place "Vĩnh Phúc" --json
"""

from __future__ import annotations

import argparse
from datetime import date

from core.errors import UsageError
from flows.cli.output import print_json, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin search`."""
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--from", dest="since", metavar="D", help="first day, YYYY-MM-DD")
    parser.add_argument("--to", dest="until", metavar="D", help="last day, YYYY-MM-DD")
    parser.add_argument("--source", metavar="S")
    parser.add_argument("--place", metavar="P", help='a province, or "province/district"')
    parser.add_argument("--kind", metavar="K", help="claim, question, opinion, official, advertisement or other")
    parser.add_argument("--limit", type=int, default=20, metavar="N")
    parser.add_argument("--json", action="store_true", help="JSON Lines: totals first, then hits")


def run(args: argparse.Namespace) -> int:
    """Exit 2 with the position for a wrong query, 1 where the index must be rebuilt first."""
    from flows.context import open_context

    context = open_context()
    from index.query.parse import QueryError, parse
    from index.search import Filters
    from index.work.search_state import open_whole

    try:
        query = parse(args.query)
    except QueryError as error:
        raise UsageError(
            str(error), where=f"query, character {error.position + 1}", cure="see docs/search.md"
        ) from None
    backend = open_whole(context.settings)
    results = backend.search(
        query,
        Filters(
            since=_day(args.since, "--from"),
            until=_day(args.until, "--to"),
            source=args.source or "",
            place=args.place or "",
            text_kind=args.kind or "",
        ),
        limit=max(0, args.limit),
        offset=0,
    )
    if args.json:
        loose = {"accents_ignored": True} if results.loose else {}
        print_json({"total": results.total, "engine": backend.name} | loose)
    elif results.loose:
        say("nothing has these accents; found without regard to them")
    for hit in results.hits:
        if args.json:
            print_json({"id": hit.id, "score": hit.score, "title": hit.title, "highlights": hit.highlights})
        else:
            print(f"{hit.id}  {hit.title}")
    return 0


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a day", where=option, cure="write YYYY-MM-DD") from None
