"""Retellings written for this project: read them, and learn from one half what makes two texts one claim.

``python -m classify.claims.learn_paraphrase`` writes ``retellings/weights.json`` anew, and ``turn.npz`` where an
encoder is installed.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classify.claims.gist import denies, gist
from classify.claims.likeness import WORD, keys
from classify.claims.minhash import SAME, similarity
from classify.claims.paraphrase import FEATURES, LEAST_NEAR, NEARNESS, SAYS_SOMETHING, WEIGHTS, features
from classify.claims.sense import CORPUS, TURN, Senses, nearness
from classify.encoders.port import Encoder
from classify.encoders.registry import open_encoder
from classify.encoders.remembering import Remembering

TEXTS = WEIGHTS.parent / "retellings.csv"
_LONG = 180  # characters: of shorter texts the corpus's other claims have enough
_PRECISION = 0.93  # of pairs learnt from: the score from which two texts are one claim is moved to where it holds
_MANY = {"claim", "official", "advertisement"}
_WITHIN = 0.8  # of the spread that is made even: that among tellings of a claim, the rest that among all texts
_PARTS = 3  # of the families, each left out in turn
_LEAST = 1e-3  # variance added to each direction: what hardly varies is noise

Floats = NDArray[np.float64]


class Retelling(NamedTuple):
    """A text, the claim that it tells (or denies: ``stance``), and the family of claims that are easily confused."""

    text: str
    claim: str
    family: str
    stance: str


class Pairs(NamedTuple):
    """Pairs of texts that share a word key: their features, the nearness of their vectors last (0 without), and whether
    they are one claim.
    """

    features: Floats
    same: NDArray[np.bool_]


def retellings(part: str) -> list[Retelling]:
    """The retellings and denials of one half: ``fit`` or ``held``. Families lie in one half with all their claims."""
    rows = [row for row in _read(TEXTS) if row["part"] == part]
    return [Retelling(row["text"], row["claim"], row["family"], row["stance"]) for row in rows]


def pairs(texts: Sequence[str], claims: Sequence[str], senses: Senses | None = None) -> Pairs:
    """What would be compared of these texts; copies are left out, they need no learning."""
    gists, stances = [gist(text) for text in texts], [denies(text) for text in texts]
    found = [{key for key in keys(text, suspect=True) if key.startswith(WORD)} for text in texts]
    vectors = senses.of(texts) if senses else [b""] * len(texts)
    rows, same = list[tuple[float, ...]](), list[bool]()
    for a, b in combinations(range(len(texts)), 2):
        few = min(len(gists[a].folded[0]), len(gists[b].folded[0])) < SAYS_SOMETHING
        if few or stances[a] != stances[b] or not found[a] & found[b] or similarity(texts[a], texts[b]) >= SAME:
            continue
        rows.append((*features(gists[a], gists[b]), nearness(vectors[a], vectors[b]) or 0.0))
        same.append(claims[a] == claims[b])
    return Pairs(np.array(rows), np.array(same))


def learn(known: Sequence[Pairs], names: Sequence[str]) -> dict[str, float]:
    """Weights of these features by logistic regression, the start moved so that 0.5 is what is enough."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- heavy

    columns = [(*FEATURES, NEARNESS).index(name) for name in names]
    rows, same = np.vstack([one.features for one in known]), np.concatenate([one.same for one in known])
    model = LogisticRegression(C=10.0, max_iter=3000).fit(rows[:, columns], same)
    odds = known[0].features[:, columns] @ model.coef_[0]
    if NEARNESS in names:
        odds[known[0].features[:, -1] < LEAST_NEAR] = -np.inf
    order = np.argsort(-odds)
    precision = np.cumsum(known[0].same[order]) / np.arange(1, len(order) + 1)
    enough = odds[order][np.flatnonzero(precision >= _PRECISION)[-1]]
    weights = dict(zip(names, model.coef_[0].round(3).tolist(), strict=True))
    return {"start": round(float(-enough), 3), **weights}


def told_in(part: str) -> list[Retelling]:
    """The retellings of one half without the denials."""
    return [one for one in retellings(part) if one.stance == "tell"]


def known_pairs(told: Pairs, senses: Senses | None = None) -> list[Pairs]:
    """What is learnt from: pairs of retellings, then pairs of the flag model's corpus: its claims, and long texts that
    state different things.
    """
    rows = [row for path in sorted(CORPUS.glob("*.csv")) for row in _read(path)]
    claims = [row for row in rows if row["label"] == "1" and row["claim"]]
    long = [row for row in rows if len(row["text"]) >= _LONG and row["kind"] in _MANY]
    other = pairs([row["text"] for row in long], [row["claim"] or row["id"] for row in long], senses)
    apart = ~other.same
    return [
        told,
        pairs([row["text"] for row in claims], [row["claim"] for row in claims], senses),
        Pairs(other.features[apart], other.same[apart]),
    ]


def directions(encoder: Encoder, told: Sequence[Retelling], file: Path) -> None:
    """Measure the mean of the corpus's vectors and the directions that tell claims apart, and keep them."""
    spelled = Senses(encoder).spelled
    with np.load(CORPUS / "vectors.npz", allow_pickle=False) as kept:
        common = kept["vectors"].astype(np.float64)
    claims = defaultdict[str, list[str]](list)
    for one in told:
        claims[one.claim].append(spelled(one.text))
    apart = list[Floats]()
    for texts in claims.values():
        vectors = encoder.encode(texts).astype(np.float64)
        apart.append((vectors - vectors.mean(axis=0)) * np.sqrt(len(texts) / (len(texts) - 1)))
    within, among = np.cov(np.vstack(apart).T, bias=True), np.cov(common.T, bias=True)
    mixed = _WITHIN * within * np.trace(among) / np.trace(within) + (1 - _WITHIN) * among
    spread, directions = np.linalg.eigh(mixed)
    turn = (directions / np.sqrt(np.maximum(spread, 0) + _LEAST)).astype(np.float16)
    np.savez_compressed(file, encoder=encoder.name, mean=common.mean(axis=0).astype(np.float32), turn=turn)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _crossed(encoder: Encoder, told: Sequence[Retelling], folder: Path) -> Pairs:
    """Pairs of retellings, the directions for each third of the families measured on the others: on texts that they
    were measured on, vectors promise more than they hold.
    """
    families = sorted({one.family for one in told})
    found = list[Pairs]()
    for part in range(_PARTS):
        held = set(families[part::_PARTS])
        file = folder / f"{part}.npz"
        directions(encoder, [one for one in told if one.family not in held], file)
        mine = [one for one in told if one.family in held]
        found.append(pairs([one.text for one in mine], [one.claim for one in mine], Senses(encoder, file)))
    return Pairs(np.vstack([one.features for one in found]), np.concatenate([one.same for one in found]))


def _main() -> None:
    weights = json.loads(WEIGHTS.read_text("utf-8")) if WEIGHTS.exists() else {}
    told = told_in("fit")
    weights["words"] = learn(known_pairs(pairs([one.text for one in told], [one.claim for one in told])), FEATURES)
    encoder = open_encoder()
    if encoder.size:
        remembering = Remembering(encoder, given=CORPUS / "vectors.npz")
        directions(remembering, told, TURN)
        with TemporaryDirectory() as folder:
            crossed = _crossed(remembering, told, Path(folder))
        weights["vectors"] = learn(known_pairs(crossed, Senses(remembering)), (*FEATURES, NEARNESS))
    WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", "utf-8")
    sys.stdout.write(WEIGHTS.read_text("utf-8"))


if __name__ == "__main__":
    _main()
