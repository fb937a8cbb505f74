"""Many phrases looked for in one walk over a text's syllables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from core.vietnamese import Token, tokens

V = TypeVar("V")
_ACCENTED_SHARE = 0.15


class FoundPhrase(NamedTuple, Generic[V]):
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

    def find(self, syllables: Sequence[Token]) -> Iterator[FoundPhrase[V]]:
        """Every phrase that stands in the text, in order of its first syllable.

        A syllable matches with the phrase's accents, or typed bare; never with other accents.
        """
        return self.among([token.norm for token in syllables], [token.folded for token in syllables])

    def among(self, norms: Sequence[str], folded: Sequence[str]) -> Iterator[FoundPhrase[V]]:
        """The same, of syllables as ``core.vietnamese.words`` gives them. Most begin no phrase: they cost nothing."""
        root = self._root.next
        for first in [place for place, form in enumerate(folded) if form in root]:
            node: _Node[V] | None = root[folded[first]]
            last = first + 1
            while node is not None:
                for wanted, value in node.ends:
                    exact = True
                    for norm, place in zip(wanted, range(first, last), strict=True):
                        if norms[place] != norm:
                            exact = False
                            if norms[place] != folded[place]:
                                break
                    else:
                        yield FoundPhrase(first, last, value, exact)
                node = node.next.get(folded[last]) if last < len(folded) else None
                last += 1


def is_unaccented(syllables: Sequence[Token]) -> bool:
    """Whether a text was typed without accents (in accented Vietnamese about four of five syllables carry a mark)."""
    return are_unaccented([token.norm for token in syllables], [token.folded for token in syllables])


def are_unaccented(norms: Sequence[str], folded: Sequence[str]) -> bool:
    """The same for syllables as ``core.vietnamese.words`` gives them."""
    numbers = list(map(str.isdigit, norms)).count(True)  # numbers carry no mark: their two forms are one
    marked = sum(norm != form for norm, form in zip(norms, folded, strict=True))
    return marked < _ACCENTED_SHARE * (len(norms) - numbers)
