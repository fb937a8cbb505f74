"""The weight of words in claims: how many texts of the shipped corpus each stands in.

``python -m classify.claims.claim_table`` writes ``claim_words.json`` anew. It changes the keys of claims that an
archive
already holds, so later paraphrases of those are found less often: do it with a release, not on a running archive.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from core.vietnamese import tokens

FOLDER = Path(__file__).parent
CORPUS = FOLDER.parent / "corpus"
PATH = FOLDER / "claim_words.json"
_RARE = 2  # what stands in fewer texts is not written down: it weighs as what was never seen
_COMMON = 1.0  # nats that a syllable must be rarer than one that stands in every text, to count at all
_PAIR_GAIN = 2.0  # nats that two syllables together may weigh above their own rarity


class WordCounts(NamedTuple):
    """Counts of texts: syllables without accents, syllables as typed, pairs of syllables without accents."""

    texts: int
    folded: dict[str, int]
    typed: dict[str, int]
    pairs: dict[str, int]

    def syllable(self, form: str, *, typed: bool) -> float:
        """Weight of a syllable in nats (inverse document frequency less what is common); 0 for numbers."""
        if form.isdigit():
            return 0.0
        return max(0.0, self._rarity((self.typed if typed else self.folded).get(form, 1)) - _COMMON)

    def pair(self, folded: str, parts: float) -> float:
        """Weight of two neighbouring syllables, given the sum of their own weights."""
        return min(parts, self._rarity(self.pairs.get(folded, 1)) + _PAIR_GAIN)

    def _rarity(self, texts: int) -> float:
        return math.log((self.texts + 1) / (texts + 1))


@cache
def table() -> WordCounts:
    """The shipped counts."""
    return WordCounts(**json.loads(PATH.read_text("utf-8")))


def count(corpus: Path) -> WordCounts:
    """Count over the ``text`` column of every CSV file of a folder."""
    folded: Counter[str] = Counter()
    typed: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    texts = 0
    for path in sorted(corpus.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                syllables = tokens(row["text"])
                forms = [syllable.folded for syllable in syllables]
                texts += 1
                folded.update(set(forms))
                typed.update({syllable.norm for syllable in syllables})
                pairs.update({f"{one} {two}" for one, two in pairwise(forms)})
    return WordCounts(
        texts, *({form: n for form, n in sorted(c.items()) if n >= _RARE} for c in (folded, typed, pairs))
    )


if __name__ == "__main__":
    PATH.write_text(json.dumps(count(CORPUS)._asdict(), ensure_ascii=False, indent=0) + "\n", "utf-8")
