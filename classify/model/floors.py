"""Scores below which the shipped model must not fall, and the one way to lower such a floor: with a reason, on record.

``python -m classify.model.floors`` prints each score beside its floor; exit status 1 where one is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from classify.encoders.registry import open_encoder
from classify.encoders.remembering import Remembering
from classify.model.corpus import corpus_rows
from classify.model.evaluate import measure
from classify.model.load import load_model
from classify.model.shipped import VECTORS
from classify.model.train import Sample
from core.errors import DataError, SoatinError, UsageError

FILE = Path(__file__).with_name("floors.toml")
_SHORTEST_REASON = 20  # characters


def read_floors(file: Path = FILE) -> dict[str, float]:
    """The floor in force of each score. Raises DataError where one was lowered without a reason."""
    floors: dict[str, float] = {}
    for name, entry in _entries(file).items():
        last = None
        for step in entry:
            floor = float(step["floor"])
            if last is not None and floor < last and len(str(step.get("reason", "")).strip()) < _SHORTEST_REASON:
                raise DataError(
                    f"the floor was lowered from {last} to {floor} without a reason",
                    where=f"{file}: {name}",
                    cure='python -m classify.model.floors --lower NAME VALUE --reason "why"',
                )
            last = floor
        if last is not None:
            floors[name] = last
    return floors


def lower(name: str, floor: float, reason: str, file: Path = FILE) -> None:
    """Put a lower floor on record, with its reason (20 characters or more). Raises UsageError where there is nothing to
    lower.
    """
    floors, entries = read_floors(file), _entries(file)
    if name not in floors or not 0 < floor < floors[name]:
        known = ", ".join(f"{one} ({value})" for one, value in floors.items())
        raise UsageError(f"{name!r} has no floor above {floor}", where="--lower", cure=f"the floors are: {known}")
    if len(reason.strip()) < _SHORTEST_REASON:
        raise UsageError("say why, in a sentence", where="--reason", cure=f"give {_SHORTEST_REASON} characters or more")
    entries[name].append({"floor": floor, "reason": " ".join(reason.split())})
    head = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
    file.write_text("\n".join([*head, "", *_written(entries)]), "utf-8")


def measured() -> dict[str, float]:
    """The scores that floors are set for: the shipped model's on the shipped evaluation set. With an encoder only where
    one is installed; its vectors of that set come with the corpus.
    """
    rows = corpus_rows("eval")
    sample = Sample([row["text"] for row in rows], [int(row["label"]) for row in rows], [row["group"] for row in rows])
    words = measure(load_model(encoder="none"), sample)
    scores = {
        "words auc": words["auc"]["value"],
        "words precision": words["precision"]["value"],
        "words stripped auc": words["slices"]["diacritics stripped"]["auc"]["value"],
    }
    opened = open_encoder()
    if opened.size:
        both = measure(load_model(encoder=Remembering(opened, given=VECTORS)), sample)
        scores |= {"encoder auc": both["auc"]["value"], "encoder precision": both["precision"]["value"]}
    return scores


def missed(scores: Mapping[str, float], floors: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Scores below their floor, each with it. A floor whose score was not measured (no encoder) is not missed."""
    return {name: (scores[name], floor) for name, floor in floors.items() if name in scores and scores[name] < floor}


def main(words: Sequence[str] | None = None) -> int:
    """``python -m classify.model.floors [--lower NAME VALUE --reason TEXT]``."""
    parser = argparse.ArgumentParser(prog="python -m classify.model.floors", description=__doc__)
    parser.add_argument("--lower", nargs=2, metavar=("NAME", "VALUE"), help="put a lower floor on record")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why it has to be lower")
    args = parser.parse_args(words)
    try:
        if args.lower:
            lower(args.lower[0], float(args.lower[1]), args.reason)
        floors, scores = read_floors(), measured()
    except (SoatinError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, floor in floors.items():
        sys.stdout.write(f"{name}: {scores.get(name, 'not measured')} (floor {floor})\n")
    return 1 if missed(scores, floors) else 0


def _entries(file: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        return {name: list(entry["steps"]) for name, entry in tomllib.loads(file.read_text("utf-8")).items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataError(f"cannot be read ({error})", where=str(file), cure="take it from the last release") from None


def _written(entries: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    lines: list[str] = []
    for name, steps in entries.items():
        parts = [
            "{ " + ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in step.items()) + " }"
            for step in steps
        ]
        lines += [f"[{json.dumps(name, ensure_ascii=False)}]", "steps = [" + ", ".join(parts) + "]", ""]
    return lines


if __name__ == "__main__":
    sys.exit(main())
