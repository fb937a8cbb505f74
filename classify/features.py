"""What a text is made of, as the flag reads it: syllables, and the marks of how it was written.

Syllables come from the one normaliser (:mod:`core.vietnamese`). Between them stand *marks*: punctuation, line breaks,
doubled spaces, whether a sign is glued to its word, capitals, a coarse length. Typing habits tell a newsroom from a
rumour nearly as well as words do, and they survive where accents are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, compress
from operator import lt, ne

from core.vietnamese import columns
from core.vietnamese.memo import Memo

MOST_CHARACTERS = 20_000  # of one text; what follows is not read, so that no post can stall the queue
_LONGEST_GAP = 48  # characters between two syllables that are read as marks
_BEGIN, _END, _GLUED, _NEW_LINE, _SPACES = "\x02", "\x03", "~", "\n", "  "
_CAPITAL, _ALL_CAPITALS = "^", "^^"


@dataclass(frozen=True, slots=True)
class Units:
    """One text: ``accented`` and ``folded`` forms of its units in order; of the syllables among them alone ``words``,
    folded, and ``bounds``, start and end of each in turn in the original text. ``accents`` is the share of syllables
    typed with a mark, 0 to 1.
    """

    accented: list[str]
    folded: list[str]
    words: list[str]
    bounds: list[int]
    accents: float


def units(text: str, *, marks: bool = True) -> Units:
    """The units of a text in order; with ``marks`` false the syllables only."""
    text = text[:MOST_CHARACTERS]
    norms, folded, bounds = columns(text)
    starts, ends = bounds[::2], bounds[1::2]
    typed = list(map(text.__getitem__, map(slice, starts, ends)))
    changed = list(compress(typed, map(ne, norms, folded)))  # as typed: a short form written out has no accents
    accents = (len(changed) - sum(map(str.isascii, changed))) / len(norms) if norms else 0.0
    if not marks:
        return Units(norms, folded, folded, bounds, accents)
    gaps = list(map(text.__getitem__, map(slice, [0, *ends], [*starts, len(text)])))
    after = _marks[gaps.pop() + " "]
    if gaps:
        gaps[0] = " " + gaps[0]
    before = list(map(_marks.__getitem__, gaps))
    capitals = list(map(_capitals.__getitem__, typed))
    if any(map(lt, starts[1:], ends)):  # syllables of one replacement: the first has its capitals
        for place in [
            place for place, (start, end) in enumerate(zip(starts[1:], ends, strict=False), 1) if start < end
        ]:
            capitals[place] = ()
    length = f"\x01{(len(text) + 1).bit_length()}"

    def whole(forms: Iterable[str]) -> list[str]:
        between = chain.from_iterable(chain.from_iterable(zip(before, zip(forms, strict=True), capitals, strict=True)))
        return [length, _BEGIN, *between, *after, _END]

    return Units(whole(norms), whole(folded), folded, bounds, accents)


def _read_gap(gap: str) -> tuple[str, ...]:
    """The marks in what stands between two syllables."""
    found: list[str] = []
    at, length = 0, min(len(gap), _LONGEST_GAP)
    glued = True
    while at < length:
        sign = gap[at]
        if sign.isspace():
            end = at + 1
            while end < len(gap) and gap[end].isspace():
                end += 1
            blank = gap[at:end]
            if "\n" in blank or "\r" in blank:
                found.append(_NEW_LINE)
            elif len(blank) > 1 and end < len(gap):
                found.append(_SPACES)
            at, glued = end, False
            continue
        if sign.isprintable() and unicodedata.category(sign)[0] != "M":
            found.append(_GLUED + sign if glued else sign)
            glued = True
        at += 1
    if glued and found and len(gap) <= _LONGEST_GAP:
        found.append(_GLUED)
    return tuple(found)


def _read_capitals(word: str) -> tuple[str, ...]:
    if word == word.lower():
        return ()
    return (_ALL_CAPITALS if len(word) > 1 and word.isupper() else _CAPITAL,)


_marks, _capitals = Memo(_read_gap), Memo(_read_capitals)


def is_word(form: str) -> bool:
    """Whether a unit is a syllable or number, not a mark."""
    return form[0].isalnum()
