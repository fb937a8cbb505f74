"""Text from strangers with stretches marked: everything is escaped, only our own marks are HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def mark_reasons(text: str, offset: int, reasons: Sequence[dict[str, Any]]) -> SafeString:
    """Mark the reasons that lie within ``text``, which begins at ``offset`` of the string that reasons count in."""
    spans = [
        (r["start"] - offset, r["end"] - offset, float(r["weight"]))
        for r in reasons
        if r["start"] >= offset and r["end"] <= offset + len(text)
    ]
    strongest = max((abs(weight) for _, _, weight in spans), default=1.0) or 1.0
    return _marked(text, sorted(spans), strongest)


def _reason(part: str, weight: float, strongest: float) -> SafeString:
    side = "for" if weight > 0 else "against"
    step = 1 + round(2 * abs(weight) / strongest)
    title = _("làm tăng khả năng sai lệch") if weight > 0 else _("làm giảm khả năng sai lệch")
    return format_html('<mark class="{} w{}" title="{} ({})">{}</mark>', side, step, title, f"{weight:+.2f}", part)


def _marked(text: str, spans: Sequence[tuple[int, int, float]], strongest: float) -> SafeString:
    pieces, at = [], 0
    for start, end, weight in spans:
        if start < at or end > len(text):
            continue
        pieces += [escape(text[at:start]), _reason(text[start:end], weight, strongest)]
        at = end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 -- every piece is escaped above
