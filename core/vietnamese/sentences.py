"""Sentence spans, cheaply: punctuation and line ends, minus the abbreviations that end in a full stop."""

from __future__ import annotations

import re

# A run of marks is tried at its beginning only, and once: 40,000 dots before a letter must not take a minute.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]»]*+(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.])(?:tp|tx|tt|bs|ths|ts|pgs|gs|ks|mr|mrs|ms|dr|st|vs|tr|đt|sđt|stt|(?-i:[A-ZĐ]))\.$", re.IGNORECASE
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, in order, without the white space around them; none is empty."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group() == "." and _ABBREVIATION.search(text, max(0, match.end() - 8), match.end()):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    if stripped := piece.strip():
        spans.append((begin, begin + len(stripped)))
