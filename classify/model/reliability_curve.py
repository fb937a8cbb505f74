"""The calibration curve as an SVG picture: what was said against what was found, and how many texts said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

_SIDE, _LEFT, _TOP, _BARS, _GAP = 360, 60, 48, 70, 26  # pixels: the square, its margins, the bars beneath
_FOOT = _TOP + _SIDE + _GAP + _BARS
_LINE, _BAR = "#0b66c3", "#9db8d2"


def reliability_svg(curve: Sequence[Mapping[str, Any]], *, title: str, ece: Mapping[str, Any]) -> str:
    """A picture of ``metrics.reliability``'s bins, 460 by 552. ``ece`` as ``{"value", "low", "high"}``."""
    points = [one for one in curve if one["n"]]
    most = max((one["n"] for one in points), default=1)
    line = " ".join(f"{_x(one['said']):.1f},{_y(one['found']):.1f}" for one in points)
    error = f"calibration error {ece['value']}"
    if ece["low"] is not None:
        error += f" (95 %: {ece['low']} to {ece['high']})"
    box = f"0 0 {_LEFT + _SIDE + 40} {_FOOT + 48}"
    middle = _LEFT + _SIDE / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}: {error}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        _words(_LEFT, 20, title, "start"),
        _words(_LEFT, 38, error, "start"),
        *_axes(),
        f'<path d="M{_x(0)},{_y(0)} L{_x(1)},{_y(1)}" stroke="#999" stroke-dasharray="4 4" fill="none"/>',
        f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="2"/>',
    ]
    for one in points:
        parts += _bin(one, _BARS * one["n"] / most)
    parts += [
        _words(middle, _FOOT + 36, "probability said; texts in each tenth"),
        f'<g transform="translate(16 {_TOP + _SIDE / 2}) rotate(-90)">{_words(0, 0, "share found unreliable")}</g>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bin(one: Mapping[str, Any], height: float) -> list[str]:
    """A point of the curve, and a bar beneath with the number of its texts."""
    left, width = _x(one["low"]) + 1, _SIDE * (one["high"] - one["low"]) - 2
    said = f"<title>said {one['said']:.0%}, found {one['found']:.0%} of {one['n']}</title>"
    return [
        f'<circle cx="{_x(one["said"]):.1f}" cy="{_y(one["found"]):.1f}" r="4" fill="{_LINE}">{said}</circle>',
        f'<rect x="{left:.1f}" y="{_FOOT - height:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{_BAR}"/>',
        _words(left + width / 2, _FOOT + 14, str(one["n"])),
    ]


def _axes() -> list[str]:
    lines = [f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#ccc"/>']
    for tenth in range(0, 11, 2):
        share = tenth / 10
        lines += [
            _words(_LEFT - 8, _y(share) + 4, f"{share:.0%}", "end"),
            _words(_x(share), _TOP + _SIDE + 16, f"{share:.0%}"),
        ]
    return lines


def _words(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)
