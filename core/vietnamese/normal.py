"""The normal form of a text, and its syllables: what search, highlights and classification all read."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeVar

from core.vietnamese.characters import clean, compose, fold, unmask
from core.vietnamese.spans import Edit, Normalised
from core.vietnamese.spellings import BEFORE_LETTER_K, CAPITAL_FORMS, INSTEAD, PATTERN, SHORT_FORMS, SMALL_ONLY
from core.vietnamese.syllables import place_tone, shorten

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+")
_NUMBER_BEFORE = re.compile(r"\d[\s.,]*$")
_MOST_PASSES = 6
_MOST_CACHED = 100_000


class Token(NamedTuple):
    """One syllable or number. ``norm`` is lower-case and normal, ``folded`` also without diacritics;
    ``start``/``end`` are offsets in the original text. Syllables of one replacement share its span."""

    norm: str
    folded: str
    start: int
    end: int


_words: dict[str, str] = {}
_forms: dict[str, tuple[str, str]] = {}


def normalise(text: str) -> Normalised:
    """The normal form: NFC, plain characters, tone marks in one place, short forms and spelled-around words written out.

    Upper and lower case stay as they are. Normalising a normal form changes nothing.
    """
    form = Normalised(text)
    for edits_of in (unmask, clean, compose):
        form = form.edited(edits_of(form.text))
    for _ in range(_MOST_PASSES):
        edits = _respell(form.text)
        if not edits:
            break
        form = form.edited(edits)
    return form


def tokens(text: str) -> list[Token]:
    """The syllables and numbers of a text, in order; spans rise, and are equal or apart."""
    form = normalise(text)
    starts, ends = form.starts, form.ends
    found: list[Token] = []
    for match in _WORD.finditer(form.text):
        word = match.group()
        pair = _forms.get(word)
        if pair is None:
            lower = word.lower()
            pair = _remember(_forms, word, (lower, fold(lower)))
        found.append(Token(pair[0], pair[1], starts[match.start()], ends[match.end() - 1]))
    return found


def _respell(text: str) -> list[Edit]:
    """One pass over words: edits for those that are not in normal form."""
    edits: list[Edit] = []
    for match in PATTERN.finditer(text):
        group = match.lastgroup
        if group == "word":
            word = match.group()
            new = _words.get(word)
            if new is None:
                new = _remember(_words, word, place_tone(shorten(word)))
            if new == word:
                lower = word.lower()
                if lower not in SHORT_FORMS and word not in CAPITAL_FORMS:
                    continue
                new = _written_out(word, lower, text, match.start(), match.end())
            if new != word:
                edits.append(Edit(match.start(), match.end(), new))
        elif group == "glued":
            edits.append(Edit(match.start(), match.end(), " covid"))
        elif group != "url":
            edits += _unspelled(match, INSTEAD[group or ""], text)
    return edits


def _unspelled(match: re.Match[str], new: str, text: str) -> list[Edit]:
    """The edit for a spelled-around word; a number stuck to it is set apart."""
    old = match.group()
    end = match.end()
    stuck = end < len(text) and text[end].isdigit()
    if old.lower() == new:
        return [Edit(end - 1, end, old[-1] + " ")] if stuck else []
    return [Edit(match.start(), end, _cased(old, new) + (" " if stuck else ""))]


def _written_out(word: str, lower: str, text: str, start: int, end: int) -> str:
    """What a short form stands for here, or the word itself where it is a name, a unit or part of something longer."""
    if word in CAPITAL_FORMS:
        return CAPITAL_FORMS[word]
    if lower in SMALL_ONLY and word != lower:
        return word
    before, after = text[max(0, start - 12) : start], text[end : end + 2]
    if before[-1:] in set("'’@#_&/\\+-") or (after[:1] in set("'’@_&/\\+-") and after[1:].isalnum()):
        return word
    if lower == "k":
        last = _WORD.findall(before)
        if _NUMBER_BEFORE.search(before) or (last and last[-1].lower() in BEFORE_LETTER_K):
            return word
    return _cased(word, SHORT_FORMS[lower])


def _cased(old: str, new: str) -> str:
    return new[0].upper() + new[1:] if old[0].isupper() else new


def _remember(cache: dict[str, T], key: str, value: T) -> T:
    if len(cache) >= _MOST_CACHED:
        cache.clear()
    cache[key] = value
    return value
