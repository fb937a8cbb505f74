"""One syllable: where its tone mark stands, and letters drawn out for stress.

Tone marks are set the older way, which most newspapers and state documents keep: ``hòa``, ``thúy``, ``khỏe``
(not ``hoà``, ``thuý``, ``khoẻ``); after ``qu`` and ``gi`` the mark stands on the vowel that follows: ``quý``, ``giá``.
"""

from __future__ import annotations

import re
import unicodedata

from core.vietnamese.characters import fold

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONELESS: dict[str, tuple[str, str]] = {}
for _vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY":
    for _tone in _TONES:
        _TONELESS[unicodedata.normalize("NFC", _vowel + _tone)] = (_vowel, _tone)

_SYLLABLE = re.compile(
    r"(qu(?=[aăâeêioôơuưy])|gi(?=[aăâeêoôơuưy])|ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdđghklmnprstvx]|)"
    r"([aăâeêioôơuưy]{1,3})(ng|nh|ch|[cmnpt]|)"
)
_TWICE = re.compile(r"([^\W\d_])\1")
_TWO_ALIKE = frozenset(["oo", "ưu"])  # xoong, cứu
_LEET = re.compile(r"(?<=[^\W\d_])[0134](?=[^\W\d_])")
_LETTERS_OF = {"0": "o", "1": "i", "3": "e", "4": "a"}
_SHORTEST_LEET = 4  # letters; shorter ones are codes and units
_THRICE = re.compile(r"([^\W\d_])\1\1")
_VOWEL = re.compile(r"[aeiouy]")
_ROMAN = re.compile(r"[IVXLCDM]+|[ivx]+")


def place_tone(word: str) -> str:
    """A syllable with its tone mark in its one place; what is not one syllable with one tone comes back as it is."""
    tones = [c for c in word if c in _TONELESS]
    if len(tones) != 1:
        return word
    at = word.index(tones[0])
    vowel, tone = _TONELESS[tones[0]]
    bare = word[:at] + vowel + word[at + 1 :]
    match = _SYLLABLE.fullmatch(bare.lower())
    if not match:
        return word
    place = match.start(2) + _tone_place(match.group(2), match.group(3))
    if place == at:
        return word
    return bare[:place] + unicodedata.normalize("NFC", bare[place] + tone) + bare[place + 1 :]


def _tone_place(vowels: str, coda: str) -> int:
    for index in range(len(vowels) - 1, -1, -1):
        if vowels[index] in "ăâêôơư":
            return index
    if len(vowels) == 1:
        return 0
    if coda:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0


def shorten(word: str) -> str:
    """A word without letters drawn out (``quáaaa`` gives ``quá``): three of a letter or more become one.

    No Vietnamese syllable has three of one letter. Roman numbers, PCCC, ``www`` and laughter of one letter stay.
    """
    folded = fold(word)
    if not _THRICE.search(folded) or _ROMAN.fullmatch(word) or len(set(folded)) == 1 or not _VOWEL.search(folded):
        return word
    kept: list[str] = []
    at = 0
    while at < len(word):
        end = at + 1
        while end < len(word) and folded[end] == folded[at]:
            end += 1
        run = word[at:end]
        if len(run) > 2 and run[0].isalpha():
            accented = [c for c, f in zip(run, folded[at:end], strict=True) if c.lower() != f]
            run = accented[0] if accented else run[0]
        kept.append(run)
        at = end
    return "".join(kept)


def undouble(word: str) -> str:
    """A syllable with accents whose letters are doubled for stress or by keyboard (``khôông``, ``sốtt``), each once.

    Only what is no syllable as typed and is one then; ``oo`` of ``xoong`` stays, and so do words without accents, which
    may be English (``book``).
    """
    folded = fold(word)
    if folded == word.lower() or not _TWICE.search(folded) or is_syllable(word):
        return word
    kept: list[str] = []
    for char, plain in zip(word, folded, strict=True):
        if kept and fold(kept[-1]) == plain:
            kept[-1] = kept[-1] if kept[-1].lower() != plain else char
        else:
            kept.append(char)
    once = "".join(kept)
    return once if is_syllable(once) else word


def deleet(word: str) -> str:
    """A syllable with digits for letters (``kh0ng``) in letters; anything else as it is."""
    if len(word) < _SHORTEST_LEET or not _LEET.search(word):
        return word
    letters = _LEET.sub(lambda match: _LETTERS_OF[match.group()], word)
    return letters if is_syllable(letters) else word


def is_syllable(word: str) -> bool:
    """Whether a word has the shape of one Vietnamese syllable with at most one tone."""
    bare = [_TONELESS[c][0] if c in _TONELESS else c for c in word]
    if sum(c in _TONELESS for c in word) > 1:
        return False
    match = _SYLLABLE.fullmatch("".join(bare).lower())
    return match is not None and not (_TWICE.search(fold(match.group(2))) and match.group(2) not in _TWO_ALIKE)
