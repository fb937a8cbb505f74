"""Changed text that still knows where each character came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple


class Edit(NamedTuple):
    """Characters ``start``-``end`` of a text are replaced by ``text``."""

    start: int
    end: int
    text: str


class Normalised:
    """Text in its normal form. ``text`` is the form; each of its characters maps to a span of the original. The edits
    that led to it are kept and followed back when asked: most readers want the words of a text, not their places.
    """

    __slots__ = ("_known", "_rounds", "text")

    def __init__(self, text: str, rounds: tuple[list[Edit], ...] = ()) -> None:
        self.text = text
        self._rounds = rounds
        self._known: tuple[Sequence[int], Sequence[int]] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """For each character of ``text`` the span of the original that it stands for."""
        return list(zip(*self._all, strict=True))

    @property
    def starts(self) -> Sequence[int]:
        """For each character of ``text``, where its span of the original begins."""
        return self._all[0]

    @property
    def ends(self) -> Sequence[int]:
        """For each character of ``text``, where its span of the original ends."""
        return self._all[1]

    def original(self, bounds: Sequence[int]) -> list[int]:
        """Start and end of stretches of ``text``, in turn and rising, as starts and ends in the original."""
        starts, ends = bounds[::2], bounds[1::2]
        for edits in reversed(self._rounds):
            starts, ends = _before(edits, starts, bisect_left, 0), _before(edits, ends, bisect_right, 1)
        found = list(bounds)
        found[::2], found[1::2] = starts, ends
        return found

    def edited(self, edits: Iterable[Edit]) -> Normalised:
        """The text with edits made, which come in order and do not overlap. Each new character stands for all that its
        edit replaced.
        """
        edits = list(edits)
        if not edits:
            return self
        pieces: list[str] = []
        at = 0
        for start, end, new in edits:
            pieces += (self.text[at:start], new)
            at = end
        pieces.append(self.text[at:])
        return Normalised("".join(pieces), (*self._rounds, edits))

    @property
    def _all(self) -> tuple[Sequence[int], Sequence[int]]:
        if self._known is None:
            starts: Sequence[int] = range(len(self.text))
            ends: Sequence[int] = range(1, len(self.text) + 1)
            for edits in reversed(self._rounds):
                starts, ends = _before(edits, starts, bisect_left, 0), _before(edits, ends, bisect_right, 1)
            self._known = starts, ends
        return self._known


def _before(edits: Sequence[Edit], places: Sequence[int], bisect: Callable[..., int], side: Literal[0, 1]) -> list[int]:
    """Where rising ``places`` of an edited text were before its edits. Inside what an edit wrote that is its start or
    its end, by ``side`` (0, 1); ``bisect`` says to which side a place at its edge belongs.
    """
    found: list[int] = []
    done = shift = 0
    for edit in edits:
        begin = edit.start + shift
        near = bisect(places, begin, done)
        found += [place - shift for place in places[done:near]] if shift else places[done:near]
        done = bisect(places, begin + len(edit.text), near)
        found += [edit[side]] * (done - near)
        shift += len(edit.text) - (edit.end - edit.start)
    found += [place - shift for place in places[done:]]
    return found
