"""Parts of a labelled table that scores are given for, each by a name that a person understands."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
from numpy.typing import NDArray

from classify.flag.features import units
from classify.model.train import Sample
from core import clock

_BARE = 0.15  # share of syllables with a diacritic under which a text counts as typed without
_SHORT, _LONG = 200, 1000  # characters
_MOST_NAMES = 40  # different values of a column beyond which it names no kinds

Places = NDArray[np.bool_]


def named_slices(sample: Sample) -> dict[str, Places]:
    """By how the texts were typed, by length in characters, by its topics, sources and times where it has them."""
    length = np.array([len(text) for text in sample.texts])
    bare = np.array([_is_bare(text) for text in sample.texts], dtype=bool)
    return {
        "with diacritics": ~bare,
        "without diacritics": bare,
        f"under {_SHORT} characters": length < _SHORT,
        f"{_SHORT} to {_LONG - 1} characters": (length >= _SHORT) & (length < _LONG),
        f"from {_LONG} characters": length >= _LONG,
        **_by_value("", sample.topics),
        **_by_value("source ", sample.sources),
        **_by_time(sample.times),
    }


def _by_value(before: str, values: list[str]) -> dict[str, Places]:
    names = sorted(set(values) - {""})
    if len(names) > _MOST_NAMES:
        return {}
    column = np.array(values, dtype=object)
    return {f"{before}{name}": column == name for name in names}


def _by_time(times: list[float]) -> dict[str, Places]:
    """Two halves, cut at the day of the middle text."""
    moments = np.array(times, dtype=np.float64)
    known = moments[np.isfinite(moments)]
    if not len(known):
        return {}
    day = clock.day(datetime.fromtimestamp(float(np.median(known)), clock.VIETNAM))
    border = datetime.combine(day, time(), clock.VIETNAM).timestamp()
    return {f"before {day}": moments < border, f"from {day}": moments >= border}


def _is_bare(text: str) -> bool:
    return units(text[:_LONG], marks=False).accents < _BARE
