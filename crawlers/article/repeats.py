"""What an article's text tells twice."""

from __future__ import annotations

import re

HEAD = 60


def unrepeated(texts: list[str]) -> list[str]:
    """Without long paragraphs that came before (mobile and desktop copies of one text)."""
    seen: set[str] = set()
    out = []
    for text in texts:
        if len(text) > 60:
            if text in seen:
                continue
            seen.add(text)
        out.append(text)
    return out


def said(sapo: str, texts: list[str]) -> bool:
    """Whether the lead stands in the text: in one of its first paragraphs, or spread over several."""
    words = set(re.findall(r"\w+", sapo.lower()))
    first = [set(re.findall(r"\w+", text.lower())) for text in texts[:3]]
    if any(len(words & own) >= 0.9 * len(words) for own in first):
        return True
    start = sapo[:HEAD].lower()
    return start in " ".join(texts).lower()
