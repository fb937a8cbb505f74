"""What a text is made of, as the flag reads it: syllables, and the marks of how it was written.

Syllables come from the one normaliser (:mod:`core.vietnamese`). Between them stand *marks*: punctuation, line breaks,
doubled spaces, whether a sign is glued to its word, capitals, a coarse length. Typing habits tell a newsroom from a
rumour nearly as well as words do, and they survive where accents are dropped.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from core.vietnamese import tokens

MOST_CHARACTERS = 20_000  # of one text; what follows is not read, so that no post can stall the queue
_LONGEST_GAP = 48  # characters between two syllables that are read as marks
_MOST_GAPS = 50_000
_BEGIN, _END, _GLUED, _NEW_LINE, _SPACES = "\x02", "\x03", "~", "\n", "  "
_CAPITAL, _ALL_CAPITALS = "^", "^^"

Mark = tuple[str, int, int]
_gaps: dict[str, tuple[Mark, ...]] = {}


@dataclass(frozen=True, slots=True)
class Units:
    """One text as parallel lists: ``accented`` and ``folded`` forms, ``starts`` and ``ends`` in the original text
    (``-1``: the unit stands for no stretch of it). ``accents`` is the share of syllables typed with a mark, 0 to 1.
    """

    accented: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]
    accents: float


def units(text: str, *, marks: bool = True) -> Units:
    """The units of a text in order; with ``marks`` false the syllables only."""
    text = text[:MOST_CHARACTERS]
    found = tokens(text)
    accented: list[str] = []
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def add(form: str, start: int, end: int) -> None:
        accented.append(form)
        folded.append(form)
        starts.append(start)
        ends.append(end)

    if marks:
        add(f"\x01{(len(text) + 1).bit_length()}", -1, -1)
        add(_BEGIN, -1, -1)
    at, with_accent = 0, 0
    for token in found:
        start, end = token.start, token.end
        if marks and start > at:
            gap = text[at:start]
            if gap != " ":
                for form, first, last in _marks(gap if at else " " + gap):
                    shift = at or -1
                    add(form, shift + first, shift + last)
        accented.append(token.norm)
        folded.append(token.folded)
        starts.append(start)
        ends.append(end)
        word = text[start:end]
        with_accent += token.norm != token.folded and not word.isascii()  # as typed, not as written out
        if marks and start >= at and word != word.lower():
            add(_ALL_CAPITALS if len(word) > 1 and word.isupper() else _CAPITAL, -1, -1)
        at = end
    if marks:
        for form, first, last in _marks(text[at:] + " "):
            add(form, at + first, at + last)
        add(_END, -1, -1)
    return Units(accented, folded, starts, ends, with_accent / len(found) if found else 0.0)


def _marks(gap: str) -> tuple[Mark, ...]:
    """The marks in what stands between two syllables, with offsets in ``gap``."""
    known = _gaps.get(gap)
    if known is None:
        if len(_gaps) >= _MOST_GAPS:
            _gaps.clear()
        known = _gaps[gap] = tuple(_read_gap(gap))
    return known


def _read_gap(gap: str) -> list[Mark]:
    found: list[Mark] = []
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
                found.append((_NEW_LINE, -1, -1))
            elif len(blank) > 1 and end < len(gap):
                found.append((_SPACES, -1, -1))
            at, glued = end, False
            continue
        if sign.isprintable() and unicodedata.category(sign)[0] != "M":
            found.append((_GLUED + sign if glued else sign, at, at + 1))
            glued = True
        at += 1
    if glued and found and len(gap) <= _LONGEST_GAP:
        found.append((_GLUED, -1, -1))
    return found


def is_word(form: str) -> bool:
    """Whether a unit is a syllable or number, not a mark."""
    return form[0].isalnum()
