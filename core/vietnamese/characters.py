"""Characters: compatibility forms, look-alikes, invisible ones, and folding."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase

from core.vietnamese.spans import Edit

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưy"
_TONED = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES)
_PLAIN = "\t\n\r\x20-\x7e" + "".join(c + c.upper() for c in "ăâđêôơư" + _TONED) + "“”‘’–—…•·"
_LETTERS = frozenset(_PLAIN)
_NOT_PLAIN = re.compile(rf"[^{_PLAIN}]")
_MARKS = "\u0300-\u036f"
# A base with its loose marks, a run of emoji, a word holding foreign letters, or one odd character.
_ODD = re.compile(rf"[^\W{_MARKS}][{_MARKS}]+|[^{_PLAIN}]")
_LOOSE = re.compile(rf"[{_MARKS}]")
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}\U0001f150-\U0001f169\U0001f170-\U0001f189])+")

# Cyrillic and Greek letters and small capitals that look like Latin ones, and white letters on black discs and squares,
# which have no compatibility form (a subset of Unicode's confusables, those seen in spoofed text).
_ON_BLACK = "".join(chr(start + at) for start in (0x1F150, 0x1F170) for at in range(26))
_SMALL = "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠʏᴢɡ"
_LOOKALIKE = str.maketrans(
    "аеёіїјкорсухѕԁѵһԛԝӏАВЕЁІЈКМНОРСТУХЅԚԜ" + "αεγικνορτυχϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ" + _SMALL + _ON_BLACK,
    "aeeiijkopcyxsdvhqwlABEEIJKMHOPCTYXSQWaeyiknoptuxcABEZHIKMNOPTYXCabcdeghijklmnoprstuvyzg" + 2 * ascii_lowercase,
)
_MASKING = frozenset(map(chr, _LOOKALIKE))
_STROKES = {"ð": "đ", "Ð": "Đ", "Ɖ": "Đ", "ɖ": "đ", "İ": "I"}
_DROPPED = re.compile(rf"[{_MARKS}\u20e3\ufe00-\ufe0f]")
_LONGEST_CLUSTER = 31  # Unicode Annex 15, stream-safe text: no real cluster is longer
_SPACES = re.compile(r"[\s\x1c-\x1f]")


def _sorted_marks(cluster: str) -> str:
    """Compose a base and its marks; vowel marks go before tones, because typists set them in either order."""
    parts = unicodedata.normalize("NFD", (cluster[0] if cluster[0] in _LETTERS else _one(cluster[0])) + cluster[1:])
    base, marks = parts[0], parts[1:]
    composed = unicodedata.normalize("NFC", base + "".join(sorted(marks, key=lambda mark: mark in _TONES)))
    return "".join(c for c in composed if not "\u0300" <= c <= "\u036f")


def _one(char: str) -> str:
    """What one odd character becomes: a plain one, a space (emoji), nothing (invisible), or itself."""
    category = unicodedata.category(char)
    compatible = unicodedata.normalize("NFKC", char)
    if char in _STROKES:
        plain = _STROKES[char]
    elif _SPACES.match(char):
        plain = "\n" if char in "\x85\u2028\u2029" else " "
    elif category in {"Cc", "Cf", "Cs", "Cn", "Co"} or _DROPPED.match(char):
        plain = ""
    elif compatible != char and compatible.isalnum():
        plain = compatible
    elif category in {"So", "Sk"} and char > "\xff":
        plain = " "
    else:
        plain = unicodedata.normalize("NFC", char)
    return plain


def is_plain(text: str) -> bool:
    """Whether a text is of Vietnamese letters in one piece and usual signs: nothing here has anything to do then."""
    return not _NOT_PLAIN.search(text)


def clean(text: str) -> list[Edit]:
    """Edits that make characters plain: composed marks, Latin look-alikes, no invisible characters, no emoji."""
    if is_plain(text):
        return []
    edits = [
        Edit(m.start(), m.end(), _sorted_marks(m.group()) if len(m.group()) > 1 else _one(m.group()))
        for m in _ODD.finditer(text)
    ]
    return [edit for edit in edits if edit.text != text[edit.start : edit.end]]


def unmask(text: str) -> list[Edit]:
    """Edits that turn Cyrillic and Greek look-alikes into Latin, in words that hold no other foreign letter."""
    if _MASKING.isdisjoint(_NOT_PLAIN.findall(text)):  # none of them is plain
        return []
    edits = []
    for match in _WORD.finditer(text):
        word = match.group()
        latin = word.translate(_LOOKALIKE)
        if latin != word and not _NOT_PLAIN.search(_LOOSE.sub("", latin)):
            edits += [
                Edit(match.start() + i, match.start() + i + 1, new)
                for i, (old, new) in enumerate(zip(word, latin, strict=True))
                if old != new
            ]
    return edits


def compose(text: str) -> list[Edit]:
    """Edits that bring other scripts to NFC (Latin is done by :func:`clean`)."""
    if unicodedata.is_normalized("NFC", text):
        return []
    edits, start = [], 0
    while start < len(text):
        end, done = start + 1, unicodedata.normalize("NFC", text[start])
        while end < min(len(text), start + _LONGEST_CLUSTER):
            joined = unicodedata.normalize("NFC", text[start : end + 1])
            if not unicodedata.combining(text[end]) and joined == done + unicodedata.normalize("NFC", text[end]):
                break
            end, done = end + 1, joined
        if done != text[start:end]:
            edits.append(Edit(start, end, done))
        start = end
    return edits


class _Folding(dict[int, str]):
    """Code point to its folded character, worked out when first met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if char in "đĐðÐ":
            folded = "d"
        else:
            parts = unicodedata.normalize("NFD", char)
            marked = len(parts) > 1 and all(unicodedata.category(c) == "Mn" for c in parts[1:])
            folded = (parts[0] if marked else char).lower()
            folded = folded if len(folded) == 1 else char
        self[point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Lower-case without diacritics, đ as d. NFC text keeps its length, so offsets hold."""
    return unicodedata.normalize("NFC", text).translate(_FOLDING)
