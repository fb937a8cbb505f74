"""Changed text that still knows where each character came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Characters ``start``-``end`` of a text are replaced by ``text``."""

    start: int
    end: int
    text: str


class Normalised:
    """Text in its normal form. ``text`` is the form; each of its characters maps to a span of the original."""

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int] | None = None, ends: Sequence[int] | None = None) -> None:
        self.text = text
        self._starts: Sequence[int] = range(len(text)) if starts is None else starts
        self._ends: Sequence[int] = range(1, len(text) + 1) if ends is None else ends

    @property
    def spans(self) -> list[tuple[int, int]]:
        """For each character of ``text`` the span of the original that it stands for."""
        return list(zip(self._starts, self._ends, strict=True))

    @property
    def starts(self) -> Sequence[int]:
        """For each character of ``text``, where its span of the original begins."""
        return self._starts

    @property
    def ends(self) -> Sequence[int]:
        """For each character of ``text``, where its span of the original ends."""
        return self._ends

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` stands for; an empty span where that is empty."""
        if end <= start:
            at = self._starts[start] if start < len(self.text) else (self._ends[-1] if self.text else 0)
            return at, at
        return self._starts[start], self._ends[end - 1]

    def edited(self, edits: Iterable[Edit]) -> Normalised:
        """The text with edits made, which come in order and do not overlap. Each new character stands for all that its
        edit replaced.
        """
        edits = list(edits)
        if not edits:
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for edit in edits:
            pieces += (self.text[at : edit.start], edit.text)
            starts += self._starts[at : edit.start]
            ends += self._ends[at : edit.start]
            at = edit.end
            if edit.text:
                begin, finish = self.original_span(edit.start, edit.end)
                starts += [begin] * len(edit.text)
                ends += [finish] * len(edit.text)
        pieces.append(self.text[at:])
        starts += self._starts[at:]
        ends += self._ends[at:]
        return Normalised("".join(pieces), starts, ends)
