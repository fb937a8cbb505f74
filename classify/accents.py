"""Diacritics put back where a writer left them out, by the words of a body of texts on the same subject.

A sentence encoder is blind without diacritics. Which word a bare syllable stands for is told by what the texts say
most and by the syllable before it: the likeliest row of words (Viterbi 1967) under pairs smoothed with single words
(Jelinek and Mercer 1980). What the texts do not know stays as it was typed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from core.vietnamese import Token, fold, tokens

_START = ""
_PAIRS = 0.9  # weight of pairs against single words
_MOST_WORDS = 8  # that one bare syllable may stand for
_MOST_SYLLABLES = 400
_MARKED = 0.15  # share of syllables with diacritics, below which a text was typed without


class Accents:
    """How the syllables of ``texts`` are written, and which follow each other."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._single: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        words: dict[str, Counter[str]] = {}
        for text in texts:
            before = _START
            self._single[_START] += 1
            for token in tokens(text)[:_MOST_SYLLABLES]:
                words.setdefault(token.folded, Counter())[token.norm] += 1
                self._single[token.norm] += 1
                self._pairs[before, token.norm] += 1
                before = token.norm
        self._words = {bare: [word for word, _ in found.most_common(_MOST_WORDS)] for bare, found in words.items()}
        self._all = max(1, sum(self._single.values()))

    def restored(self, text: str) -> str:
        """The text with diacritics, where it has none; as it is, where it has some or nothing is known of its words."""
        syllables = tokens(text)[:_MOST_SYLLABLES]
        if not bare(text, syllables):
            return text
        parts, at = list[str](), 0
        likeliest = zip(syllables, self._likeliest(syllables), strict=True)
        for (start, end), group in groupby(likeliest, key=lambda pair: (pair[0].start, pair[0].end)):
            words = " ".join(word for _, word in group)
            if fold(words) != words:
                parts += text[at:start], words
                at = end
        return "".join([*parts, text[at:]])

    def _likeliest(self, syllables: list[Token]) -> list[str]:
        ends, trail = {_START: 0.0}, list[dict[str, str]]()
        for token in syllables:
            following, came = dict[str, float](), dict[str, str]()
            for word in self._words.get(token.folded, [token.norm]):
                likelihood, before = max((sure + self._follows(one, word), one) for one, sure in ends.items())
                following[word], came[word] = likelihood, before
            ends = following
            trail.append(came)
        found, word = list[str](), max(ends, key=lambda one: (ends[one], one))
        for came in reversed(trail):
            found.append(word)
            word = came[word]
        return found[::-1]

    def _follows(self, one: str, other: str) -> float:
        """Log-likelihood of one word after another."""
        alone = (self._single[other] + 0.1) / self._all
        together = self._pairs[one, other] / max(1, self._single[one])
        return math.log(_PAIRS * together + (1 - _PAIRS) * alone)


def bare(text: str, syllables: Iterable[Token]) -> bool:
    """Whether a text was typed without diacritics, as far as its syllables (its tokens) tell; numbers do not."""
    typed = [text[token.start : token.end].lower() for token in syllables if not token.norm.isdigit()]
    return bool(typed) and sum(fold(word) != word for word in typed) < _MARKED * len(typed)
