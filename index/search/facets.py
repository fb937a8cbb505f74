"""Facets and timeline from counted groups. The same for every engine that counts groups itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

MOST_VALUES = 30
COLUMNS = ("source_kind", "source", "kind", "text_kind", "verdict")

Facets = dict[str, list[tuple[str, int]]]


def tally(
    groups: Iterable[Sequence[object]], places: Iterable[tuple[str, int]]
) -> tuple[Facets, list[tuple[date, int]]]:
    """Groups are ``(source_kind, source, kind, text_kind, verdict, day ordinal, count)``. Facets hold up to 30 values,
    most frequent first, ties by name; the timeline is in order of days.
    """
    counters: dict[str, Counter[str]] = {name: Counter() for name in COLUMNS}
    days: Counter[int] = Counter()
    for *values, day, count in groups:
        number = int(str(count))
        for name, value in zip(COLUMNS, values, strict=True):
            counters[name][str(value)] += number
        days[int(str(day))] += number
    facets = {name: top(counter.items()) for name, counter in counters.items()}
    facets["place"] = top(places)
    return facets, [(date.fromordinal(day), count) for day, count in sorted(days.items())]


def top(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The most frequent values, ties by name."""
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
