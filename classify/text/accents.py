"""Diacritics put back where a writer left them out, by the words of a body of texts on the same subject.

A sentence encoder is blind without diacritics. Which word a bare syllable stands for is told by what the texts say
most and by the syllable before it: the likeliest row of words (Viterbi 1967) under pairs smoothed with single words
(Jelinek and Mercer 1980). What the texts do not know stays as it was typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from core.vietnamese import fold

_START = ""
_PAIRS = 0.9  # weight of pairs against single words
_MOST_WORDS = 8  # that one bare syllable may stand for
_MOST_CHARACTERS = 2_000  # of a text that are read
_WORD = re.compile(r"\w+")
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
            for word, _, _ in _words(text):
                words.setdefault(fold(word), Counter())[word] += 1
                self._single[word] += 1
                self._pairs[before, word] += 1
                before = word
        self._words = {bare: [word for word, _ in found.most_common(_MOST_WORDS)] for bare, found in words.items()}
        self._all = max(1, sum(self._single.values()))

    def restored(self, text: str) -> str:
        """The text with diacritics, where it has none; as it is, where it has some or nothing is known of its words."""
        text, given = unicodedata.normalize("NFC", text), text
        words = _words(text)
        if not bare([word for word, _, _ in words]):
            return given
        parts, at = list[str](), 0
        for (typed, start, end), word in zip(words, self._likeliest([word for word, _, _ in words]), strict=True):
            if word != typed:
                parts += text[at:start], word
                at = end
        return "".join([*parts, text[at:]])

    def _likeliest(self, typed: Sequence[str]) -> list[str]:
        ends, trail = {_START: 0.0}, list[dict[str, str]]()
        for bare_word in typed:
            following, came = dict[str, float](), dict[str, str]()
            for word in self._words.get(bare_word, [bare_word]):
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


def bare(words: Sequence[str]) -> bool:
    """Whether a text was typed without diacritics, as far as its words in lower case tell; numbers do not."""
    told = [word for word in words if not word.isdigit()]
    return bool(told) and sum(fold(word) != word for word in told) < _MARKED * len(told)


def _words(text: str) -> list[tuple[str, int, int]]:
    """The first words in lower case with their place. Short forms stay: the normal form costs a hundred times this."""
    found = _WORD.finditer(unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]))
    return [(match.group().lower(), match.start(), match.end()) for match in found]
