"""Why a text was flagged: the stretches that moved the probability, with their log-odds, on the original text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.features import Units, is_word
from core.model import Reason

MOST_REASONS = 8
_LEAST = 0.05  # log-odds below which a stretch is not worth a person's look
_LONGEST_SEGMENTED = 5_000  # characters given to the word segmenter, the slowest part


@dataclass(slots=True)
class _Stretch:
    start: int
    end: int
    weight: float


def reasons(text: str, found: Units, weights: Sequence[float]) -> tuple[Reason, ...]:
    """At most eight stretches of ``text``, strongest first; ``weights`` are log-odds of the units of ``found``.

    Syllables are grown to whole words (``viêm`` in ``viêm phổi``), neighbours that pull the same way become one phrase.
    Marks that stand for no stretch of the text (capitals, length) have a part in the probability and none here.
    """
    words = _words(text, found, weights)
    phrases: list[_Stretch] = []
    for word in words:
        last = phrases[-1] if phrases else None
        strong = abs(word.weight) >= _LEAST
        if last and strong and text[last.end : word.start].isspace() and (last.weight > 0) == (word.weight > 0):
            last.end, last.weight = word.end, last.weight + word.weight
        elif strong:
            phrases.append(word)
    phrases.sort(key=lambda phrase: (-abs(phrase.weight), phrase.start))
    return tuple(
        Reason(text[one.start : one.end], round(one.weight, 3), one.start, one.end) for one in phrases[:MOST_REASONS]
    )


def _words(text: str, found: Units, weights: Sequence[float]) -> list[_Stretch]:
    """Syllables with their weights, put together where the segmenter says that they are one word."""
    stretches: list[_Stretch] = []
    for form, start, end, weight in zip(found.accented, found.starts, found.ends, weights, strict=True):
        if start < 0 or not is_word(form):
            continue
        if stretches and stretches[-1].start == start:  # syllables of one replacement share a span
            stretches[-1].weight += float(weight)
        else:
            stretches.append(_Stretch(start, end, float(weight)))
    inside = _segments(text)
    if not inside:
        return stretches
    words: list[_Stretch] = []
    at, last = 0, -1
    for one in stretches:
        while at < len(inside) and inside[at][1] <= one.start:
            at += 1
        whole = at < len(inside) and inside[at][0] <= one.start and one.end <= inside[at][1]
        if whole and at == last:
            words[-1].end, words[-1].weight = one.end, words[-1].weight + one.weight
        else:
            words.append(one)
        last = at if whole else -1
    return words


def _segments(text: str) -> list[tuple[int, int]]:
    """Spans of the text's words by underthesea; case is kept, because it changes the segmentation."""
    from underthesea import word_tokenize

    spans: list[tuple[int, int]] = []
    at = 0
    for word in word_tokenize(text[:_LONGEST_SEGMENTED]):
        start, end = at, at
        for part in str(word).split():
            place = text.find(part, end)
            if place < 0 or place - end > 40:  # the segmenter normalised something: leave this word out
                break
            start, end = (place if end == at else start), place + len(part)
        else:
            if end > start:
                spans.append((start, end))
                at = end
    return spans
