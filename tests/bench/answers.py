"""How often a question finds its official answer, and whether copies come together, on real texts (``SOATIN_DATA``)."""

from __future__ import annotations

import csv
import os
import time
from collections import defaultdict
from itertools import combinations, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tests.bench.row import Row

if TYPE_CHECKING:
    from classify.findings.meaning import Meanings
    from classify.findings.nearest import Library

TOP = 10
_EVERY = 4  # of the questions that the encoder is asked: it reads 25 of them a second
_RESAMPLED = 1_000
_ALIKE = 0.5  # Jaccard similarity of runs of three syllables, from which two posts of one group are near-duplicates
_MISSING = Row("question to its official answer, copies of posts", "not measured", "SOATIN_DATA is not set")


def retrieval() -> list[Row]:
    """R@10 of the library's index: every question of vicov19qa against all its answers, paraphrased ones included. The
    first answer alone counts as found; beside it, any of the question's own.
    """
    folder = Path(os.environ.get("SOATIN_DATA", "") or "nowhere") / "vicov19qa"
    if not folder.is_dir():
        return [_MISSING]
    from classify.findings.nearest import Library
    from index.archive.findings import syllables_of

    rows = [row for name in ("2_ans_train.csv", "2_ans_val.csv") for row in _read(folder / name, "|")]
    answers = [(at, row["Answer_1"]) for at, row in enumerate(rows)]
    answers += [(at, row["Answer_2"]) for at, row in enumerate(rows) if (row["Answer_2"] or "").strip()]
    owner = np.array([at for at, _ in answers])
    questions = [row["Question"] for row in rows]
    library = Library([(number, syllables_of(text)) for number, (_, text) in enumerate(answers)])
    found = _found("words", library, dict(enumerate(questions)), owner, None)
    meanings = _meanings([text for _, text in answers])
    if meanings is None:
        return [*found, Row("the same with the encoder", "not measured", "the extra 'encoder' is not installed")]
    some = dict(islice(enumerate(questions), 1, None, _EVERY))
    return found + _found("words and encoder", library, some, owner, meanings)


def _meanings(answers: list[str]) -> Meanings | None:
    """Vectors of the answers: five minutes on two cores."""
    from classify.findings.meaning import Meanings, open_reader

    meanings = Meanings(open_reader("auto"))
    meanings.hold(answers)
    meanings.fill(len(answers))
    return meanings if meanings.nearness(answers[0]).any() else None


def _found(
    by: str, library: Library, asked: dict[int, str], owner: NDArray[np.intp], meanings: Meanings | None
) -> list[Row]:
    """R@10 of questions (number to words), and how long one takes."""
    from core.vietnamese import fold
    from index.archive.findings import syllables_of

    rows, spellings = list[Row](), {"with accents": str, "accents stripped": fold}
    on = f"vicov19qa, {len(asked):,} questions, {len(owner):,} answers"
    for name, spelled in spellings.items():
        first, own, began = list[bool](), list[bool](), time.perf_counter()
        for at, question in asked.items():
            text = spelled(question)
            scores = library.answering(syllables_of(text), meanings.nearness(text) if meanings else None)
            first.append(int((scores > scores[at]).sum()) < TOP)
            own.append(int((scores > scores[owner == at].max()).sum()) < TOP)
        each = (time.perf_counter() - began) / len(asked)
        rows += [
            Row(f"question to its official answer, R@10, {by}, {name}", _share(np.array(first)), on),
            Row(f"the same, to any of its own answers, {by}, {name}", _share(np.array(own)), on),
            Row(f"time of one such question, {by}, {name}", f"{1_000 * each:.0f} ms", on),
        ]
    return rows


def copies() -> list[Row]:
    """Claims that posts of reintel.csv are gathered to, against the near-duplicates of its groups, pair by pair."""
    path = Path(os.environ.get("SOATIN_DATA", "") or "nowhere") / "reintel.csv"
    if not path.is_file():
        return []
    from classify.claims.likeness import Gatherer, keys
    from classify.claims.minhash import _shingles

    rows = _read(path, ",")
    texts = [row["post_message"] for row in rows]
    gatherer = Gatherer()
    gathered = [gatherer.add(text, keys(text, suspect=False), suspect=False) for text in texts]
    sets = [_shingles(text) for text in texts]

    def alike(pair: tuple[int, int]) -> bool:
        one, other = sets[pair[0]], sets[pair[1]]
        return bool(one and other) and len(one & other) >= _ALIKE * len(one | other)

    truth = {pair for pair in _pairs([row["group"] for row in rows]) if alike(pair)}
    joined = _pairs([str(claim) for claim in gathered])
    both = len(truth & joined)
    precision, recall = both / len(joined), both / len(truth)
    figure = f"F1 {2 * precision * recall / (precision + recall):.3f} (precision {precision:.3f}, recall {recall:.3f})"
    on = f"reintel.csv, {len(truth):,} pairs of one group with Jaccard similarity {_ALIKE} or more"
    return [Row("copies of posts come together, pair by pair", figure, on)]


def _read(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _pairs(names: list[str]) -> set[tuple[int, int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        groups[name].append(at)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def _share(hits: NDArray[np.bool_]) -> str:
    """A share with its 95 % bootstrap interval over questions."""
    dice = np.random.default_rng(0)
    drawn = [hits[dice.integers(0, len(hits), len(hits))].mean() for _ in range(_RESAMPLED)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{hits.mean():.3f} ({low:.3f}-{high:.3f})"
