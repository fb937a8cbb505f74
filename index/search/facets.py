"""What facets there are, and how many of their values: the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable

MOST_VALUES = 30
COLUMNS = ("source_kind", "source", "kind", "text_kind", "verdict")

Facets = dict[str, list[tuple[str, int]]]


def top(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The most frequent values, ties by name."""
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
