"""What changed between two versions of a text: by sentences, and by syllables within a sentence. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from core.vietnamese import normalise, sentences

Kind = Literal["same", "gone", "new", "skipped"]
_TOKEN = re.compile(r"(?:[^\W_]+|\S)\s*|\s+")
_LONGEST = 1500
"""Tokens of a stretch that is compared syllable by syllable; a longer one is shown as replaced whole."""
_MOST_SENTENCES = 2000
_MOST_PAIRS = 60_000
"""Pairs of equal words of two stretches. An ordinary text of 750 words has 20,000; where a few words stand for all, the
comparison's time would grow with the third power of its length.
"""
_ALIKE = 0.3
"""Sentences that have less than this in common are another sentence, not an edited one: shown whole, which reads better
than a word kept here and there."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: in both versions, only in the old one, only in the new one, or left out of the display."""

    kind: Kind
    text: str


def changes(old: str, new: str, around: int = 1) -> list[Piece]:
    """The new text with what went and what came, in reading order; of what stayed only ``around`` sentences beside each
    change. Empty when nothing but spelling conventions differs (hoà and hòa, composed and loose marks, spaces).
    """
    before, after = _sentences(old), _sentences(new)
    keys_before, keys_after = [_key(s) for s in before], [_key(s) for s in after]
    if _pairs(keys_before, keys_after) > _MOST_PAIRS and keys_before != keys_after:
        return _joined(_replaced(old, new))
    codes = SequenceMatcher(None, keys_before, keys_after, autojunk=False).get_opcodes()
    if all(tag == "equal" for tag, *_ in codes):
        return []
    pieces: list[Piece] = []
    for number, (tag, start, end, new_start, new_end) in enumerate(codes):
        if tag == "equal":
            pieces += _kept(after[new_start:new_end], around, first=number == 0, last=number == len(codes) - 1)
        else:
            pieces += _replaced("".join(before[start:end]), "".join(after[new_start:new_end]))
    return _joined(pieces)


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    counts = Counter(after)
    return sum(counts[token] for token in before)


def _sentences(text: str) -> list[str]:
    """The text in pieces of a sentence with the white space after it; what comes beyond the limit is one piece."""
    spans = sentences(text)[:_MOST_SENTENCES]
    ends = [*(start for start, _ in spans[1:]), len(text)]
    return [text[start:end] for (start, _), end in zip(spans, ends, strict=True)] if spans else []


def _key(text: str) -> str:
    """What is compared: one spelling, one kind of space."""
    return " ".join(normalise(text).text.split())


def _kept(texts: Sequence[str], around: int, *, first: bool, last: bool) -> list[Piece]:
    head = 0 if first else around
    tail = 0 if last else around
    if len(texts) <= head + tail + 1:
        return [Piece("same", "".join(texts))]
    shown = [Piece("same", "".join(texts[:head])), Piece("skipped", "")]
    return [*shown, Piece("same", "".join(texts[len(texts) - tail :]))]


def _replaced(old: str, new: str) -> list[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    whole = [Piece("gone", old), Piece("new", new)]
    if not before or not after or max(len(before), len(after)) > _LONGEST:
        return whole
    same_before, same_after = [_same(t.rstrip()) for t in before], [_same(t.rstrip()) for t in after]
    if _pairs(same_before, same_after) > _MOST_PAIRS:
        return whole
    matcher = SequenceMatcher(None, same_before, same_after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return whole
    pieces: list[Piece] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[new_start:new_end])))
        else:
            pieces += [Piece("gone", "".join(before[start:end])), Piece("new", "".join(after[new_start:new_end]))]
    return _bridged(pieces)


def _bridged(pieces: list[Piece]) -> list[Piece]:
    """Changes with only a space between them as one change, so that a replaced phrase reads as a phrase."""
    found: list[Piece] = []
    gone = new = ""
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif piece.text.isspace() and "\n" not in piece.text and (gone or new) and not last:
            gone, new = gone + piece.text, new + piece.text
        else:
            found += [*_change(found, gone, new), piece]
            gone = new = ""
    return [*found, *_change(found, gone, new)]


def _change(before: list[Piece], gone: str, new: str) -> list[Piece]:
    """What replaced what, and the white space behind both, which stayed; what was put in begins with the space that
    came with it.
    """
    stem = new.rstrip()
    if not gone and new and new == stem and before and before[-1].kind == "same":
        kept = before[-1].text.rstrip()
        new = before[-1].text[len(kept) :] + new
        before[-1] = Piece("same", kept)
    if gone.strip() and stem and gone != gone.rstrip() and new != stem:
        return [Piece("gone", gone.rstrip()), Piece("new", stem), Piece("same", new[len(stem) :])]
    return [Piece("gone", gone), Piece("new", new)]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Without empty ones, and neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text and piece.kind != "skipped":
            continue
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


@lru_cache(maxsize=20_000)
def _same(token: str) -> str:
    """The token in the spelling by which two are the same; all white space is."""
    return normalise(token).text if token.isalpha() and not token.isascii() else unicodedata.normalize("NFC", token)
