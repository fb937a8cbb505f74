"""Where a query's words stand in a text as it was written, and how that is shown. The same for every engine."""

from __future__ import annotations

import html
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from core.vietnamese import columns
from index.query.tree import Near, Term

Span = tuple[int, int]
_Sides = tuple[list[str], list[str], bool, bool]  # a term's words as normalised and folded; accented; prefix
MOST_SPANS = 200


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: normalised, folded, and start and end of each in the text as it was written."""

    norms: Sequence[str]
    folded: Sequence[str]
    bounds: Sequence[int]  # start and end in turn: twice as many as there are words


def words(text: str) -> Words:
    """Read a text."""
    norms, folded, bounds = columns(text)
    return Words(norms, folded, array("I", bounds))


def spans(terms: Sequence[Term | Near], text: Words) -> list[Span]:
    """Offsets of every place where a term stands, in order, none overlapping; at most 200.

    A term typed with accents marks words with those accents or with none; one typed without marks both. Words that must
    be near one another are marked where they are.
    """
    found = [span for term in dict.fromkeys(terms) if isinstance(term, Near) for span in _close(term, text)]
    found += _stretches([term for term in terms if isinstance(term, Term)], text)
    return _merge(found)[:MOST_SPANS]


def _close(near: Near, text: Words) -> list[Span]:
    """The words of every stretch that holds all of them closely enough."""
    found: set[int] = set()
    for side in (0, 1) if near.accented else (1,):
        wanted = {pair[side] for pair in near.tokens}
        here = text.norms if near.accented else text.folded
        width = near.gaps + len(wanted)
        at = [place for place, word in enumerate(here) if word in wanted]
        last: dict[str, int] = {}
        for place in at:
            last[here[place]] = place
            first = min(last.values())
            if len(last) == len(wanted) and place - first < width:
                found.update(last.values())
    return [(text.bounds[2 * place], text.bounds[2 * place + 1]) for place in found]


def _stretches(terms: Sequence[Term], text: Words) -> list[Span]:
    firsts: dict[str, list[_Sides]] = {}
    prefixes: list[_Sides] = []
    for term in dict.fromkeys(terms):
        sides = _sides(term)
        if term.prefix and len(term.tokens) == 1:
            prefixes.append(sides)
        else:
            firsts.setdefault(term.tokens[0][1], []).append(sides)
    found: list[Span] = []
    every = range(len(text.folded))
    for at in every if prefixes else [at for at, first in enumerate(text.folded) if first in firsts]:
        found += [
            (text.bounds[2 * at], text.bounds[2 * (at + len(sides[0])) - 1])
            for sides in (*firsts.get(text.folded[at], ()), *prefixes)
            if _stands(sides, text, at)
        ]
    return found


def _sides(term: Term) -> _Sides:
    norms, folded = ([pair[side] for pair in term.tokens] for side in (0, 1))
    return norms, folded, term.accented, term.prefix


def mark(text: str, found: Sequence[Span]) -> str:
    """The text, escaped for HTML, with ``<mark>`` around the spans."""
    parts: list[str] = []
    last = 0
    for start, end in found:
        parts += [html.escape(text[last:start]), "<mark>", html.escape(text[start:end]), "</mark>"]
        last = end
    parts.append(html.escape(text[last:]))
    return "".join(parts)


def snippet(text: str, found: Sequence[Span], size: int = 240) -> str:
    """About ``size`` characters around the stretch with most spans, cut between words, escaped and marked."""
    begin = _densest(found, size)
    begin = max(0, min(begin - size // 6, len(text) - size))
    end = min(len(text), begin + size)
    if begin > 0:
        space = text.find(" ", begin, begin + 30)
        begin = space + 1 if space >= 0 else begin
    if end < len(text):
        space = text.rfind(" ", end - 30, end)
        end = space if space > begin else end
    shown = [
        (max(start, begin) - begin, min(stop, end) - begin) for start, stop in found if start < end and stop > begin
    ]
    body = mark(text[begin:end], shown)
    return f"{'… ' if begin > 0 else ''}{body}{' …' if end < len(text) else ''}"


def _stands(sides: _Sides, text: Words, at: int) -> bool:
    norms, folded, accented, prefix = sides
    end = at + len(norms)
    if end > len(text.norms):
        return False
    if not accented:
        return _same(folded, text.folded[at:end], prefix)
    here = text.norms[at:end]
    return _same(norms, here, prefix) or _same(folded, here, prefix)


def _same(wanted: Sequence[str], here: Sequence[str], prefix: bool) -> bool:
    if not prefix:
        return list(wanted) == list(here)
    return list(wanted[:-1]) == list(here[:-1]) and here[-1].startswith(wanted[-1])


def _merge(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _densest(found: Sequence[Span], size: int) -> int:
    best, most, first = 0, 0, 0
    for last, (_, end) in enumerate(found):
        while found[first][0] < end - size:
            first += 1
        if last - first + 1 > most:
            most, best = last - first + 1, found[first][0]
    return best
