"""What a query means: a small tree that index.query.parse makes of what a person typed and every search engine
compiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

MOST_PAIRS = 16


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase: tokens that follow one another. ``prefix``: the last may go on (``truong*``)."""

    tokens: tuple[tuple[str, str], ...]  # (normalised, folded)
    prefix: bool = False

    @property
    def accented(self) -> bool:
        """Whether any of it was typed with accents; then texts with the same accents come first."""
        return any(norm != folded for norm, folded in self.tokens)


@dataclass(frozen=True, slots=True)
class Near:
    """Two or more different words in any order, in title or text, with at most ``gaps`` other words between the first
    and the last of them.
    """

    tokens: tuple[tuple[str, str], ...]
    gaps: int

    @property
    def accented(self) -> bool:
        """As for a term."""
        return any(norm != folded for norm, folded in self.tokens)


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on ``source``, ``place``, ``kind``, ``text_kind``, ``source_kind`` or ``verdict``. Sources and places
    are given folded (no accents, lower case); the others as the archive's codes.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: tuple[Node, ...]


Words = Term | Near
Node = Term | Near | Field | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``root`` None: the query was empty and everything matches."""

    text: str
    root: Node | None

    def terms(self) -> tuple[Words, ...]:
        """The words and phrases that a match may contain (those behind ``-`` left out): what to highlight."""
        return tuple(_positive(self.root)) if self.root else ()

    def pairs(self) -> tuple[Term, ...]:
        """Words that were typed side by side, two by two, at most 16: a title that has them so ranks higher."""
        nodes = self.root.nodes if isinstance(self.root, And) else ()
        found = [
            Term((*one.tokens, *other.tokens))
            for one, other in pairwise(nodes)
            if isinstance(one, Term) and isinstance(other, Term) and not one.prefix and not other.prefix
        ]
        return tuple(dict.fromkeys(found))[:MOST_PAIRS]

    def loosely(self) -> Query | None:
        """The same query as if what it looks for had been typed without accents; None when it was."""
        if not any(term.accented for term in self.terms()):
            return None
        return Query(self.text, _folded(self.root)) if self.root else None


def is_text(node: Node) -> bool:
    """Whether it is about words only, so that it gives a score."""
    match node:
        case Term() | Near():
            return True
        case And(nodes) | Or(nodes):
            return all(map(is_text, nodes))
        case _:
            return False


def _positive(node: Node) -> list[Words]:
    match node:
        case Term() | Near():
            return [node]
        case And(nodes) | Or(nodes):
            return [term for child in nodes for term in _positive(child)]
        case _:
            return []


def _folded(node: Node) -> Node:
    match node:
        case Term(tokens, prefix):
            return Term(tuple((folded, folded) for _, folded in tokens), prefix)
        case Near(tokens, gaps):
            plain = tuple(dict.fromkeys((folded, folded) for _, folded in tokens))
            return Near(plain, gaps) if len(plain) > 1 else Term(plain)
        case And(nodes):
            return And(tuple(map(_folded, nodes)))
        case Or(nodes):
            return Or(tuple(map(_folded, nodes)))
        case _:
            return node
