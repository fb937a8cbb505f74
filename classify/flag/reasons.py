"""Why a text was flagged: the stretches that moved the probability, with their log-odds, on the original text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.flag.features import Units, is_word
from core.model.flags import Reason

MOST_REASONS = 8
_LEAST = 0.05  # log-odds below which a stretch is not worth a person's look
_AROUND = 3  # syllables on each side of a stretch that the word segmenter sees
_FURTHEST = 40  # characters between two parts of the segmenter's answer, in the text


@dataclass(slots=True)
class _Stretch:
    """Syllables ``first`` to ``last``, that place included, and their weight in log-odds."""

    first: int
    last: int
    weight: float


def reasons(text: str, found: Units, weights: Sequence[float]) -> tuple[Reason, ...]:
    """At most eight stretches of ``text``, strongest first; ``weights`` are log-odds of the units of ``found``.

    Neighbouring syllables that pull the same way become one phrase, and a phrase that begins or ends inside a word
    (``phổi`` of ``viêm phổi``) grows to the whole of it. Marks that stand for no stretch of the text (capitals, length)
    have a part in the probability and none here.
    """
    spans, worth = _syllables(found, weights)
    phrases: list[_Stretch] = []
    for place, weight in enumerate(worth):
        if abs(weight) < _LEAST:
            continue
        last = phrases[-1] if phrases else None
        if last and last.last == place - 1 and (last.weight > 0) == (weight > 0) and _side_by_side(text, spans, place):
            last.last, last.weight = place, last.weight + weight
        else:
            phrases.append(_Stretch(place, place, weight))
    phrases.sort(key=lambda phrase: (-abs(phrase.weight), phrase.first))
    grown = _grown(text, spans, phrases[:MOST_REASONS])
    grown.sort(key=lambda phrase: (-abs(phrase.weight), phrase.first))
    found_reasons = []
    for one in grown:
        start, end = spans[one.first][0], spans[one.last][1]
        found_reasons.append(Reason(text[start:end], round(one.weight, 3), start, end))
    return tuple(found_reasons)


def _syllables(found: Units, weights: Sequence[float]) -> tuple[list[tuple[int, int]], list[float]]:
    """Spans of the syllables and their weights; those of one replacement share a span and become one."""
    spans: list[tuple[int, int]] = []
    worth: list[float] = []
    own = [weight for form, weight in zip(found.accented, weights, strict=True) if is_word(form)]
    for start, end, weight in zip(found.bounds[::2], found.bounds[1::2], own, strict=True):
        if spans and spans[-1] == (start, end):
            worth[-1] += float(weight)
        else:
            spans.append((start, end))
            worth.append(float(weight))
    return spans, worth


def _side_by_side(text: str, spans: Sequence[tuple[int, int]], place: int) -> bool:
    return text[spans[place - 1][1] : spans[place][0]].isspace()


def _grown(text: str, spans: Sequence[tuple[int, int]], phrases: Sequence[_Stretch]) -> list[_Stretch]:
    """The phrases with the words at their edges completed; those that then meet become one."""
    wanted: set[int] = set()
    for one in phrases:
        wanted.update(range(max(one.first - _AROUND, 0), min(one.last + _AROUND + 1, len(spans))))
    together = _words(text, spans, sorted(wanted))
    result: list[_Stretch] = []
    for one in sorted(phrases, key=lambda phrase: phrase.first):
        while one.first in together:  # joined to the syllable before
            one.first -= 1
        while one.last + 1 in together:
            one.last += 1
        if result and one.first <= result[-1].last:
            result[-1].last, result[-1].weight = max(one.last, result[-1].last), result[-1].weight + one.weight
        else:
            result.append(one)
    return result


def _words(text: str, spans: Sequence[tuple[int, int]], wanted: Sequence[int]) -> set[int]:
    """Those of the ``wanted`` syllables that continue the word of the syllable before, as underthesea segments.

    Only stretches around the reasons are segmented: it is the slowest part. Case is kept, since it changes the words.
    """
    from underthesea import word_tokenize  # noqa: PLC0415 -- heavy

    windows: list[list[int]] = []
    for place in wanted:
        if windows and windows[-1][-1] == place - 1:
            windows[-1].append(place)
        else:
            windows.append([place])
    joined: set[int] = set()
    for window in windows:
        begin, end = spans[window[0]][0], spans[window[-1]][1]
        starts = {spans[place][0] - begin: place for place in window}
        part, at = text[begin:end], 0
        for word in word_tokenize(part):
            for number, piece in enumerate(str(word).split()):
                place = part.find(piece, at)
                if place < 0 or place - at > _FURTHEST:  # the segmenter rewrote something: leave this piece out
                    continue
                at = place + len(piece)
                syllable = starts.get(place)
                if number and syllable is not None and syllable != window[0]:
                    joined.add(syllable)
    return joined
