"""The sentence that states a text's claim."""

from __future__ import annotations

from collections.abc import Sequence

from core.model.flags import Reason
from core.vietnamese import sentences, tokens

LONGEST = 200  # characters
_INFORMATIVE = 4  # syllables; shorter sentences ("Nóng!", "Mọi người ơi") state nothing


def headline(title: str, text: str, reasons: Sequence[Reason]) -> str:
    """The sentence of ``Document.full_text`` with the most weight of positive reasons (offsets refer to that string);
    without any, the first sentence that says something. At most 200 characters, cut between words.
    """
    full = f"{title}\n{text}"
    spans = [span for span in sentences(full) if _says_something(full[span[0] : span[1]])] or sentences(full)
    if not spans:
        return ""
    weights = [
        sum(reason.weight for reason in reasons if reason.weight > 0 and start <= reason.start < end)
        for start, end in spans
    ]
    start, end = spans[weights.index(max(weights))]
    return _cut(" ".join(full[start:end].split()))


def _says_something(sentence: str) -> bool:
    return len(tokens(sentence[: 4 * LONGEST])) >= _INFORMATIVE


def _cut(sentence: str) -> str:
    if len(sentence) <= LONGEST:
        return sentence
    kept = sentence[: LONGEST - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:-–—") + "…"
