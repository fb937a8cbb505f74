"""The normal form of a text, and its syllables: what search, highlights and classification all read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, filterfalse
from typing import NamedTuple

from core.vietnamese.characters import clean, compose, fold, is_plain, unmask
from core.vietnamese.memo import LONGEST_KEPT, MOST_KEPT, Memo
from core.vietnamese.spans import Edit, Normalised
from core.vietnamese.spellings import (
    ADDRESS,
    ADDRESS_SIGNS,
    BEFORE_LETTER_K,
    CAPITAL_FORMS,
    GLUED,
    INSTEAD,
    SHORT_FORMS,
    SMALL_ONLY,
    SPELLED,
)
from core.vietnamese.syllables import deleet, is_syllable, place_tone, shorten, undouble

_WORD = re.compile(r"[^\W_]+")
_PIECES = re.compile(r"([^\W_]+)")  # splits a text into what stands between words, and words, in turn
_NAMED_VY = re.compile(r"[Cc]ô V[iy] [A-ZĐ]")  # a person, as in "cô Vy Oanh"
# Letters one by one with the same sign between them: "t.i.ê.m", "c h ế t".
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?P<gap>[ .\-_*·•|,/~])[^\W\d_](?:(?P=gap)[^\W\d_]){1,5}(?![^\W_])")
_FEWEST_SPACED = 4  # letters, where only spaces stand between
_FEWEST_SIGNED = 3  # letters, where other signs do
_TWO_ALONE = re.compile(r" [^\W\d_] [^\W\d_] ")  # as in the midst of any four that only spaces part
_VOWELS_ALONE = frozenset("aeiouy")
_NUMBER_BEFORE = re.compile(r"\d[\s.,]*$")
_MOST_PASSES = 6
_FEW = 8


class Token(NamedTuple):
    """One syllable or number. ``norm`` is lower-case and normal, ``folded`` also without diacritics;
    ``start``/``end`` are offsets in the original text. Syllables of one replacement share its span.
    """

    norm: str
    folded: str
    start: int
    end: int


_lower, _folded = Memo(str.lower), Memo(fold)
_words = Memo(_WORD.findall)  # of a stretch without spaces
_norms_of = Memo(lambda stretch: tuple(map(_lower.__getitem__, _words[stretch])))
_folded_of = Memo(lambda stretch: tuple(map(_folded.__getitem__, _words[stretch])))
_settled: set[str] = set()  # such stretches, of which nothing is changed wherever they stand
_UNACCENTED: dict[str, list[str]] = {}
for _short in SHORT_FORMS:
    if not _short.isascii() and not set(fold(_short)) & set("aeiouy"):  # initials; others are words of their own too
        _UNACCENTED.setdefault(fold(_short), []).append(_short)


def normalise(text: str) -> Normalised:
    """The normal form: NFC, plain characters, tone marks in one place, short forms and spelled-around words
    written out. Upper and lower case stay as they are. Normalising a normal form changes nothing.
    """
    form = Normalised(text)
    if not is_plain(text):
        for edits_of in (unmask, clean, compose, unmask, clean):  # again: a full-width letter may hide a look-alike
            form = form.edited(edits_of(form.text))
    for _ in range(_MOST_PASSES):
        edits, done = _respell(form.text)
        if not edits:
            break
        form = form.edited(edits)
        if done and not _spelled_around(form.text, form.text.lower())[0]:
            break
    return form


def tokens(text: str) -> list[Token]:
    """The syllables and numbers of a text, in order; spans rise, and are equal or apart."""
    norms, folded, bounds = columns(text)
    return list(map(Token, norms, folded, bounds[::2], bounds[1::2]))


def columns(text: str) -> tuple[list[str], list[str], list[int]]:
    """The tokens of a text as three lists: normalised, folded, and start and end of each in turn. Search reads whole
    archives: this takes half the time.
    """
    form, pieces = read(text)
    norms, folded = forms(pieces[1::2])
    return norms, folded, bounds(form, pieces)


def read(text: str) -> tuple[Normalised, list[str]]:
    """The normal form of a text, and its pieces: what stands between words, and words, in turn."""
    form = normalise(text)
    return form, _PIECES.split(form.text)


def forms(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Words of a normal form, normalised and folded."""
    return list(map(_lower.__getitem__, words)), list(map(_folded.__getitem__, words))


def bounds(form: Normalised, pieces: Sequence[str]) -> list[int]:
    """Start and end in the original, in turn, of the words among the ``pieces`` of its form."""
    found = list(accumulate(map(len, pieces)))[:-1]
    return form.original(found)


def words(text: str) -> tuple[list[str], list[str]]:
    """The tokens of a text, normalised and folded, for who does not ask where they stand: half the time again."""
    found = normalise(text).text.split()
    return (
        list(chain.from_iterable(map(_norms_of.__getitem__, found))),
        list(chain.from_iterable(map(_folded_of.__getitem__, found))),
    )


def fold_words(words: Iterable[str]) -> list[str]:
    """Words of a normal form, lower-case without diacritics. Quicker than to fold a whole text: most are known."""
    return list(map(_folded.__getitem__, words))


def readings(word: str) -> list[tuple[tuple[str, str], ...]]:
    """All that one word of a query may stand for, as (normalised, folded) tokens; the usual reading first. A word typed
    without accents may also be a short form that has some (``hdnd``), one in capitals (``hn``), or just itself.
    """
    plain = word.lower()
    spoken = [word]
    if plain.isascii() and plain.isalnum():
        spoken += [*_UNACCENTED.get(plain, ()), word.upper()]
    found = [tuple((token.norm, token.folded) for token in tokens(form)) for form in spoken]
    if len(spoken) > 1 and len(found[0]) == 1:
        found.append(((plain, plain),))
    seen: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    for pairs in found:
        seen.setdefault(tuple(folded for _, folded in pairs), pairs)
    return [pairs for pairs in seen.values() if pairs]


def _respell(text: str) -> tuple[list[Edit], bool]:
    """One pass over a text: edits for what is not in normal form, in order and apart. And whether the next pass could
    only find words spelled around: whole words alone were exchanged, each wherever it stands, for such as stay.
    """
    edits, taken = _spelled_around(text, text.lower())
    stretches = set(filterfalse(_settled.__contains__, text.split()))
    odd = {word for stretch in stretches for word in _unsettled(stretch)}
    if any(map(_is_letter, odd)) and _may_be_spaced(text, stretches):
        edits += _apart([edit for match in _SPACED.finditer(text) if (edit := _joined(match))], taken)
    changes = {word: new for word in odd if (new := _changed[word]) is not None}
    done = False
    if changes:
        others = len(edits)
        taken += [(edit.start, edit.end) for edit in edits]
        places = list(_places(text, changes))
        edits += _apart(_word_edits(text, changes, places), taken)
        done = not others and len(edits) == len(places) and not any(_unsettled(edit.text) for edit in edits)
    edits.sort()
    return edits, done


def _spelled_around(text: str, lower: str) -> tuple[list[Edit], list[tuple[int, int]]]:
    """Edits for words spelled around; their spans and those of addresses, which stay as they are. ``lower``: the text
    in small letters.
    """
    addresses = []
    if any(map(lower.__contains__, ADDRESS_SIGNS)):
        addresses = [match.span() for match in ADDRESS.finditer(lower)]
    edits = [edit for match in SPELLED.finditer(lower) if (edit := _unspelled(match, text))]
    if "covid" in lower:
        edits += [Edit(match.start(), match.end(), " covid") for match in GLUED.finditer(lower)]
    return _apart(edits, addresses), addresses + [(edit.start, edit.end) for edit in edits]


def _may_be_spaced(text: str, stretches: Iterable[str]) -> bool:
    """Whether letters may stand one by one for a syllable: three in one of the ``stretches`` without spaces, or two
    with a space before, between and after.
    """
    if _TWO_ALONE.search(text):
        return True
    return any(sum(map(_is_letter, _words[one])) >= _FEWEST_SIGNED for one in stretches)


def _unsettled(stretch: str) -> list[str]:
    """The words in a stretch without spaces, none where all of them stay as they are wherever they stand."""
    found = _words[stretch]
    if any(_is_letter(word) or _changed[word] is not None for word in found):
        return found
    if len(stretch) <= LONGEST_KEPT:
        if len(_settled) >= MOST_KEPT:
            _settled.clear()
        _settled.add(stretch)
    return []


def _is_letter(word: str) -> bool:
    return len(word) == 1 and not word.isdecimal()


def _change(word: str) -> str | None:
    """What a word becomes wherever it stands; empty: that depends on where; None: it stays as it is."""
    new = place_tone(undouble(deleet(shorten(word))))
    if new != word:
        return new
    return "" if word.lower() in SHORT_FORMS or word in CAPITAL_FORMS else None


_changed = Memo(_change)


def _word_edits(text: str, changes: dict[str, str], places: Iterable[tuple[str, int, int]]) -> list[Edit]:
    edits: list[Edit] = []
    for word, start, end in places:
        new = changes[word] or _written_out(word, word.lower(), text, start, end)
        if new != word:
            edits.append(Edit(start, end, new))
    return edits


def _places(text: str, words: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Where these words stand. A few are looked for one by one, which is much quicker; many, as in a hostile text, in
    one walk over all words.
    """
    wanted = set(words)
    if len(wanted) > _FEW:
        yield from ((word, *match.span()) for match in _WORD.finditer(text) if (word := match.group()) in wanted)
        return
    for word in wanted:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
                yield word, start, end
            start = text.find(word, end)


def _apart(edits: list[Edit], taken: list[tuple[int, int]]) -> list[Edit]:
    """The edits that touch no taken span. One walk over both, so that a hostile text costs no more than its length."""
    spans = sorted(taken)
    kept, at = [], 0
    for edit in sorted(edits):
        while at < len(spans) and spans[at][1] <= edit.start:
            at += 1
        if at == len(spans) or edit.end <= spans[at][0]:
            kept.append(edit)
    return kept


def _unspelled(match: re.Match[str], text: str) -> Edit | None:
    """The edit for a spelled-around word; a number stuck to it is set apart."""
    new, (start, end) = INSTEAD[match.lastgroup or ""], match.span()
    stuck = text[end : end + 1].isdigit()
    if match.group() == new:
        return Edit(end - 1, end, text[end - 1] + " ") if stuck else None
    if _NAMED_VY.match(text, start):
        return None
    return Edit(start, end, _cased(text[start], new) + (" " if stuck else ""))


def _joined(match: re.Match[str]) -> Edit | None:
    """The edit for a syllable spelled letter by letter. It must carry an accent: initials (``T.P.H``) never do."""
    gap = match.group("gap")
    word = match.group().replace(gap, "")
    if (gap == " " and len(word) < _FEWEST_SPACED) or fold(word[0]) in _VOWELS_ALONE:
        return None
    if fold(word) == word.lower() or not is_syllable(word):
        return None
    return Edit(match.start(), match.end(), word)


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
