"""Vietnamese from before Unicode: fonts that gave bytes other shapes (TCVN3, VNI-Windows), and how such text is told.

TCVN3 (.VnTime and the other ABC fonts): the upper half of TCVN 5712:1993 (VN3), as glibc's ``TCVN5712-1`` has it; the
fonts whose names end in H show the same bytes as capitals. VNI-Windows (VNI-Times): a letter, then a mark of its own
for hat and tone together, by VNI's chart of two-byte characters. Pages in either say nothing of it, or name another
charset.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any

_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ"  # A1-AE
    "Ằ\u0300\u0309\u0303\u0301\u0323"  # AF-B4
    "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"  # B5-FF
)
_FROM_TCVN3 = {0xA1 + offset: char for offset, char in enumerate(_TCVN3)}
_HAT, _BREVE = "\u0302", "\u0306"
_VNI_TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_VNI_MARKS = dict(
    [
        *zip("ùøûõï", _VNI_TONES, strict=True),
        *zip("âáàåãä", (_HAT + tone for tone in ("", *_VNI_TONES)), strict=True),
        *zip("êéèúüë", (_BREVE + tone for tone in ("", *_VNI_TONES)), strict=True),
    ]
)
_VNI_ONE = str.maketrans("ñÑôÔöÖíÍìÌæÆóÓòÒîÎ", "đĐơƠưƯíÍìÌỉỈĩĨịỊỵỴ")
_VNI = re.compile(r"([aeouyôö])([ùøûõïâáàåãäêéèúüë])|[ñôöíìæóòî]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_OWN = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
"""Letters that, of all languages written in Latin, only Vietnamese uses together; no other charset's text has them."""
_FONTS = re.compile(r"""(?:face\s*=|font-family\s*:)\s*["']?\s*(\.vn[a-z]|vni[- ])""", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#(?:1[6-9]\d|2[0-4]\d|25[0-5])|#x[a-f][0-9a-f]|[A-Za-z]{3,6});", re.IGNORECASE)
_FROM_1252 = {
    bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_NEXT = f"[\x80-\xbf{''.join(_FROM_1252)}]"
_TWICE = re.compile(f"[ÃÄÅÆ]{_NEXT}|á[º»]{_NEXT}")
_SEQUENCE = re.compile(f"[Â-ß]{_NEXT}|[à-ï]{_NEXT}{{2}}|[ð-ô]{_NEXT}{{3}}")
_MARKUP = frozenset("<>&\"'")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
    r"(?:oai|oay|oeo|uai|uay|uây|uôi|uya|uyê|uyu|iêu|yêu|ươi|ươu|oa|oă|oe|oo|ua|uâ|uê|uô|uơ|uy|ưa|ưi|ươ|ưu|ia|iê|iu|yê"
    r"|ai|ao|au|ay|âu|ây|eo|êu|oi|ôi|ơi|ui|[aăâeêioôơuưy])"
    r"(?:ng|nh|ch|[cmnpt])?"
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ENOUGH = 4
_SURE = 0.8
"""So many of the words with marks must be Vietnamese syllables, and so many more than as the page has them."""
_BETTER = 0.2
_SAMPLE = 200_000
_MOST_LETTERS = 1_000_000
"""Of a page's elements in old fonts together."""


def from_tcvn3(text: str) -> str:
    """TCVN3 read as if it were windows-1252, as Unicode (NFC). Words in capitals get capital letters throughout, as the
    fonts of capitals show them.
    """
    return _LETTERS.sub(_raised, unicodedata.normalize("NFC", text.translate(_FROM_TCVN3)))


def from_vni(text: str) -> str:
    """VNI-Windows read as if it were windows-1252, as Unicode (NFC)."""
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def restored(text: str) -> str:
    """Text of a page whose bytes, or whose numbered characters, stand for letters of TCVN3 or VNI-Windows; the text as
    it is when it is not surely that. ``text``: the page as windows-1252, or as the UTF-8 that it is.
    """
    plain = text if _OWN.search(text) else _ENTITY.sub(_unescaped, text)
    reader = reader_of(plain)
    return reader(plain) if reader else text


def reader_of(text: str) -> Callable[[str], str] | None:
    """What makes letters of a text that is surely TCVN3 or VNI-Windows; None for any other."""
    if _OWN.search(text):
        return None
    share, reader = max(((syllables(one(text)), one) for one in (from_tcvn3, from_vni)), key=lambda found: found[0])
    return reader if share >= max(_SURE, syllables(text) + _BETTER) else None


def restore_elements(tree: Any) -> None:
    """The same for elements that ask for one of these fonts on a page that is else in Unicode: what editors pasted from
    old documents. Elements that ask for the font and hold Unicode stay.
    """
    budget = _MOST_LETTERS
    for element in tree.iter("font", "span", "p", "div", "td", "b", "i", "h1", "h2", "h3"):
        asked = f"face={element.get('face') or ''} {element.get('style') or ''}"
        if not _FONTS.search(asked):
            continue
        words = "".join(element.itertext())
        budget -= len(words) + 100  # elements may nest, and a hostile page nests thousands
        if budget < 0:
            return
        reader = reader_of(words)
        if reader is None:
            continue
        for part in element.iter():
            part.text = reader(part.text) if part.text and isinstance(part.tag, str) else part.text
            if part is not element and part.tail:
                part.tail = reader(part.tail)


def seems_encoded_twice(text: str) -> bool:
    """Whether a text holds UTF-8 that was read as windows-1252 and encoded again: its sequences, several times, and no
    other text has them.
    """
    return len(list(islice(_TWICE.finditer(text), _ENOUGH))) == _ENOUGH


def decoded_again(text: str) -> str:
    """The text with these sequences made letters; what is none stays as it is."""
    return _SEQUENCE.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    try:
        return bytes(_FROM_1252.get(char) or ord(char) for char in match[0]).decode("utf-8")
    except ValueError:
        return match[0]


def names_old_font(text: str) -> bool:
    """Whether a page's markup asks for a font of TCVN3 or VNI-Windows."""
    return _FONTS.search(text) is not None


def syllables(text: str) -> float:
    """Which share of the words with marks are Vietnamese syllables with one tone at most; 0 with fewer than four such
    words.
    """
    words = {word for word in _LETTERS.findall(text[:_SAMPLE].lower()) if not word.isascii()}
    return sum(map(_is_syllable, words)) / len(words) if len(words) >= _ENOUGH else 0.0


@lru_cache(maxsize=20_000)
def _is_syllable(word: str) -> bool:
    toneless, tones = _TONES.subn("", unicodedata.normalize("NFD", word))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None


def _raised(match: re.Match[str]) -> str:
    word = match[0]
    capitals = any("A" <= char <= "Z" for char in word[1:])
    return word.upper() if capitals and not any("a" <= char <= "z" for char in word) else word


def _vni_letter(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0].translate(_VNI_ONE)
    return match[1].translate(_VNI_ONE) + _VNI_MARKS[match[2].lower()]


def _unescaped(match: re.Match[str]) -> str:
    """A letter that is written as an entity, never a character of the markup itself."""
    char = html.unescape(match[0])
    return char if len(char) == 1 and char not in _MARKUP else match[0]
