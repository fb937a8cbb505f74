"""Many phrases looked for in one walk over a text's syllables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from core.vietnamese import Token, tokens

V = TypeVar("V")
_ACCENTED_SHARE = 0.15


class Found(NamedTuple, Generic[V]):
    """A phrase at syllables ``first`` to ``last`` (exclusive). ``exact``: typed with its accents."""

    first: int
    last: int
    value: V
    exact: bool


class _Node(Generic[V]):
    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node[V]] = {}
        self.ends: list[tuple[tuple[str, ...], V]] = []


class Phrases(Generic[V]):
    """Phrases in a tree of folded syllables, each with a value."""

    def __init__(self) -> None:
        self._root: _Node[V] = _Node()

    def add(self, phrase: str, value: V) -> None:
        """Add a phrase, written with its accents; one without syllables is passed over."""
        syllables = tokens(phrase)
        node = self._root
        for syllable in syllables:
            node = node.next.setdefault(syllable.folded, _Node())
        if syllables:
            node.ends.append((tuple(syllable.norm for syllable in syllables), value))

    def find(self, syllables: Sequence[Token]) -> Iterator[Found[V]]:
        """Every phrase that stands in the text, in order of its first syllable.

        A syllable matches with the phrase's accents, or typed bare; never with other accents.
        """
        root = self._root.next
        for first, syllable in enumerate(syllables):
            node = root.get(syllable.folded)
            last = first + 1
            while node is not None:
                for norms, value in node.ends:
                    exact = True
                    for norm, token in zip(norms, syllables[first:last], strict=True):
                        if token.norm != norm:
                            exact = False
                            if token.norm != token.folded:
                                break
                    else:
                        yield Found(first, last, value, exact)
                node = node.next.get(syllables[last].folded) if last < len(syllables) else None
                last += 1


def is_unaccented(syllables: Sequence[Token]) -> bool:
    """Whether a text was typed without accents (in accented Vietnamese about four of five syllables carry a mark)."""
    words = [token for token in syllables if not token.norm.isdigit()]
    return sum(token.norm != token.folded for token in words) < _ACCENTED_SHARE * len(words)
