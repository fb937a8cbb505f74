"""Match texts to verified claims, cluster them into claims; bring findings in and out as ClaimReview.

match prints one JSON line a row, {"row", "matches": [{"id", "score"}]}: rows counted from 0, scores 0 to 1, best first.
Without --against it matches the archive's library of findings. cluster writes the rows with a column claim_id, empty
for questions, opinions and other texts that state no claim.

import takes ClaimReview JSON-LD (one object, a list, an @graph, a DataFeed; - is standard input) into the library, each
finding once. An entry that cannot be used is counted with its reason and cure; exit 1 when no entry of a file could be
used. export writes our own verdicts as a DataFeed of ClaimReviews.

Example:
  soatin claims match --data posts.csv --text post --against verified.csv
  soatin claims cluster --data posts.csv --text post --out clustered.csv
  soatin claims import fact-checks.jsonld
  soatin claims export --out verdicts.jsonld
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from classify.text.csv_table import CsvTable
from core.errors import DataError, UsageError
from flows.context import start_django

BATCH = 500  # rows that the model reads at once


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin claims`."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="match|cluster|import|export")
    for name in ("match", "cluster"):
        sub = commands.add_parser(name)
        sub.add_argument("--data", required=True, type=Path, metavar="CSV")
        sub.add_argument("--text", required=True, metavar="COL", help="column of the text")
        sub.add_argument("--json", action="store_true", help="print JSON (match always does)")
        if name == "match":
            sub.add_argument("--against", type=Path, metavar="FILE", help="CSV with columns id,text")
            sub.add_argument("--limit", type=int, default=10, metavar="N", help="matches a row, at most (10)")
        else:
            sub.add_argument("--out", required=True, type=Path, metavar="CSV")
    brought = commands.add_parser("import")
    brought.add_argument("files", nargs="+", metavar="FILE", help="ClaimReview JSON-LD; - is standard input")
    brought.add_argument("--json", action="store_true", help="print one JSON document")
    sent = commands.add_parser("export")
    sent.add_argument("--out", type=Path, metavar="FILE", help="standard output without it")
    sent.add_argument("--json", action="store_true", help="with --out: print one JSON document of counts")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file or column cannot be used."""
    if args.what in {"import", "export"}:
        start_django()
        from flows.cli import claimreviews

        return claimreviews.bring(args.files, as_json=args.json) if args.what == "import" else _export(args)
    from classify.text.csv_table import CsvTable

    data = CsvTable(args.data, [args.text])
    if args.what == "match":
        if args.limit < 1:
            raise UsageError("must be 1 or more", where="--limit", cure="give the number of matches wanted")
        return _match(data, args.text, args.against, args.limit)
    return _cluster(data, args.text, args.out, as_json=args.json)


def _export(args: argparse.Namespace) -> int:
    from flows.cli.claimreviews import export
    from flows.cli.output import print_counts, print_json

    feed = export()
    if args.out is None:
        print_json(feed)
        return 0
    try:
        args.out.write_text(json.dumps(feed, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise DataError(f"cannot be written ({error.strerror})", where=str(args.out), cure="choose another") from None
    print_counts({"findings": len(feed["dataFeedElement"]), "out": str(args.out)}, as_json=args.json)
    return 0


def _match(data: CsvTable, column: str, against: Path | None, limit: int) -> int:
    from classify.claims.likeness import near_verified
    from flows.cli.output import print_json

    verified = _verified(against) if against else _judged()
    ranked = near_verified([text for _, text in verified])
    for number, row in enumerate(data.rows()):
        found = [{"id": verified[at][0], "score": round(score, 4)} for at, score in ranked(row[column], limit)]
        print_json({"row": number, "matches": found})
    _warn(data)
    return 0


def _verified(path: Path) -> list[tuple[str, str]]:
    from classify.text.csv_table import CsvTable

    return [(row["id"], row["text"]) for row in CsvTable(path, ["id", "text"]).rows()]


def _judged() -> list[tuple[str, str]]:
    """The archive's library, as matching reads it. Ids as before there was one: the claim's number for our verdicts."""
    from flows.context import migrate, open_context

    open_context()
    migrate()
    from index.archive.finding_matches import library
    from index.archive.findings import catch_up

    catch_up()

    return [(str(entry.claim) if entry.claim else f"finding-{entry.id}", entry.text) for entry in reversed(library())]


def _cluster(data: CsvTable, column: str, out: Path, *, as_json: bool) -> int:
    from classify.text.csv_table import write_rows
    from flows.cli.output import print_counts

    if "claim_id" in data.columns:
        raise DataError("has a column 'claim_id' already", where=str(data.path), cure="rename that column")
    claims: set[str] = set()

    def rows() -> Iterator[dict[str, str]]:
        for row, claim in _gathered(data, column):
            if claim:
                claims.add(claim)
            yield {**row, "claim_id": claim}

    count = write_rows(out, [*data.columns, "claim_id"], rows())
    _warn(data)
    print_counts({"rows": count, "claims": len(claims), "out": str(out)}, as_json=as_json)
    return 0


def _gathered(data: CsvTable, column: str) -> Iterator[tuple[dict[str, str], str]]:
    """Rows with the numbers of their claims, as the pipeline joins them: in order, flagged by the shipped model. Empty
    for questions, opinions and what else makes no claim.
    """
    from classify.claims.joiner import Joiner
    from classify.claims.sense import Senses
    from classify.model.load import load_model

    model = load_model(None)
    joiner = Joiner(model.threshold, Senses(model.encoder))
    claims: dict[str, str] = {}  # who founded it -> its number
    waiting = enumerate(data.rows())
    while batch := list(islice(waiting, BATCH)):
        flags = model.flag([row[column] for _, row in batch])
        texts = [(str(n), row[column], flag) for (n, row), flag in zip(batch, flags, strict=True)]
        for (n, row), joining in zip(batch, joiner.join(texts), strict=True):
            if joining is None:
                yield row, ""
            else:
                yield row, claims.setdefault(joining.same_as or str(n), str(len(claims)))


def _warn(data: CsvTable) -> None:
    from flows.cli.output import say

    if data.bad:
        say(f"{data.path}: {data.bad} rows are shorter or longer than the header; missing cells were taken as empty")
