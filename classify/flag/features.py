"""What a text is made of, as the flag reads it: syllables, and the marks of how it was written.

Syllables come from the one normaliser (:mod:`core.vietnamese`). Between them stand *marks*: punctuation, line breaks,
doubled spaces, whether a sign is glued to its word, capitals, a coarse length. Typing habits tell a newsroom from a
rumour nearly as well as words do, and they survive where accents are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import lt, ne

from core.vietnamese import Normalised, bounds, fold, forms, read
from core.vietnamese.memo import Memo

MOST_CHARACTERS = 20_000  # of one text; what follows is not read, so that no post can stall the queue
_LONGEST_GAP = 48  # characters between two syllables that are read as marks
_BEGIN, _END, _GLUED, _NEW_LINE, _SPACES = "\x02", "\x03", "~", "\n", "  "
_CAPITAL, _ALL_CAPITALS = "^", "^^"


@dataclass(frozen=True, slots=True)
class Units:
    """One text: ``accented`` and ``folded`` forms of its units in order; of the syllables among them alone ``words``,
    folded. ``accents`` is the share of syllables typed with a mark, 0 to 1. ``form`` and ``pieces`` are what it was
    read from (``core.vietnamese.read``).
    """

    accented: list[str]
    folded: list[str]
    words: list[str]
    accents: float
    form: Normalised
    pieces: list[str]

    @property
    def bounds(self) -> list[int]:
        """Start and end of each syllable in turn in the original text, worked out when asked: few give reasons."""
        return bounds(self.form, self.pieces)


def units(text: str, *, marks: bool = True) -> Units:
    """The units of a text in order; with ``marks`` false the syllables only."""
    text = text[:MOST_CHARACTERS]
    form, pieces = read(text)
    norms, folded = forms(pieces[1::2])
    same = form.text is text  # its pieces are as typed
    typed, gaps, joined = (pieces[1::2], pieces[::2], []) if same else _as_typed(text, bounds(form, pieces))
    changed = list(compress(typed, map(ne, norms, folded)))  # as typed: a short form written out has no accents
    accents = (len(changed) - sum(map(str.isascii, changed))) / len(norms) if norms else 0.0
    if not marks:
        return Units(norms, folded, folded, accents, form, pieces)
    after = _marks[gaps.pop() + " "]
    if gaps:
        gaps[0] = " " + gaps[0]
    before = list(map(_marks.__getitem__, gaps))
    begin, end = (f"\x01{(len(text) + 1).bit_length()}", _BEGIN), (*after, _END)

    def whole(forms: Memo[tuple[str, ...]], words: Iterable[str], *capitals: list[tuple[str, ...]]) -> list[str]:
        return list(chain(begin, _woven(before, list(map(forms.__getitem__, words)), *capitals), end))

    if same:
        return Units(whole(_accented, typed), whole(_folded, typed), folded, accents, form, pieces)
    capitals = list(map(_capitals.__getitem__, typed))
    for place in joined:
        capitals[place] = ()
    return Units(whole(_alone, norms, capitals), whole(_alone, folded, capitals), folded, accents, form, pieces)


def _woven(*columns: list[tuple[str, ...]]) -> Iterator[str]:
    """What columns of one length hold, row by row."""
    woven: list[tuple[str, ...]] = [()] * (len(columns) * len(columns[0]))
    for place, column in enumerate(columns):
        woven[place :: len(columns)] = column
    return chain.from_iterable(woven)


def _as_typed(text: str, places: Sequence[int]) -> tuple[list[str], list[str], list[int]]:
    """Of syllables that stand at ``places`` (start and end in turn): how each was typed, what stands before each and at
    the end, and those that have one stretch with the one before: of one replacement, the first has its capitals.
    """
    starts, ends = places[::2], places[1::2]
    typed = list(map(text.__getitem__, map(slice, starts, ends)))
    gaps = list(map(text.__getitem__, map(slice, [0, *ends], [*starts, len(text)])))
    return typed, gaps, list(compress(range(1, len(starts)), map(lt, starts[1:], ends)))


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
_accented: Memo[tuple[str, ...]] = Memo(lambda word: (word.lower(), *_capitals[word]))  # of words in normal form
_folded: Memo[tuple[str, ...]] = Memo(lambda word: (fold(word), *_capitals[word]))
_alone: Memo[tuple[str, ...]] = Memo(lambda form: (form,))


def is_word(form: str) -> bool:
    """Whether a unit is a syllable or number, not a mark."""
    return form[0].isalnum()
