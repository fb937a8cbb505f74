"""Which texts state the same claim: keys to find those that may, a score for each pair that was found.

Copies meet by MinHash bands (:mod:`classify.near`). A rumour told in other words has few runs of words in common with
the first telling, but much of what is rare in it: so a suspect text has word keys too, its rarest pairs of neighbouring
syllables, and two suspect texts are compared by :func:`retold`. Ordinary news never is: reports of two days share
nearly all of their words and state different things. A text that denies (``là tin giả``) does not repeat the claim that
it quotes, so its keys are other keys.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from classify.claim_table import table
from classify.near import SAME, bands, similarity, wording
from classify.phrases import Phrases
from core.places import bare_name, districts, provinces, spellings
from core.vietnamese import Token, fold, tokens

WORD = "w:"
"""How the keys begin that stand for a word."""
EXACT = "x:"
"""How the key begins that stands for the whole text; all others are MinHash bands."""
SUSPECT_SHARE = 0.4
"""A text at two fifths of the flagging threshold or above is suspect. Only the comparison with other suspect texts
depends on it; a text is not flagged by it."""

_WORD_KEYS = 24
_MOST_COMPARED = 20
_MOST_COMMON = 300  # a key that so many have tells nothing; only the latest of them are looked at
_READ = 1_500  # characters: an article states its claim at its start
_SYLLABLES = 150
_STANCE = 700  # characters in which a denial must stand; further down it is about something else
_ACCENTED = 0.15
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*(?!\d)")
_LONGEST_PLACE = 4
_SAYS_SOMETHING = 3  # syllables that weigh: fewer state no claim

# Log-odds that two suspect texts state one claim. Overlap of single syllables, then of pairs: cosine, share of the
# smaller one, log of what is shared. Fitted (logistic regression) to the 135,000 pairs of the corpus's claims. What
# numbers and places add is set by hand: its families of claims range over both, real claims do not.
_OVERLAP = ((7.06, 8.42, 0.67), (1.56, 1.97, 0.33))
_START = -9.23
_SAME_NUMBER, _SAME_LONG_NUMBER, _OTHER_NUMBERS = 0.5, 2.0, -1.0
_SAME_PLACE, _OTHER_PLACES = 0.7, -12.0
_ENOUGH = 0.5
"""Probability from which two texts are taken for one claim."""

_DENIALS = (
    "sai sự thật", "không đúng sự thật", "bác bỏ", "bác tin", "đính chính", "tin giả", "tin đồn", "tin bịa", "tin vịt",
    "bịa đặt", "là bịa", "bịa tin", "tự bịa", "thông tin sai", "tin này sai", "tin sai", "là sai", "gây hiểu nhầm",
    "không có cơ sở", "không có bằng chứng", "không có căn cứ", "không có chuyện", "không có việc", "không có vụ",
    "không có kế hoạch", "không có chủ trương", "không có quyết định", "chưa có bằng chứng", "chưa có cơ sở",
    "không phải thuốc", "không phải là thuốc", "xử phạt người", "xin lỗi vì", "là fake", "fake news", "không chính xác",
    "không hề có", "giải oan", "thu giữ", "giả mạo", "kiểm chứng", "cắt ghép", "không gây", "mới biết bị lừa",
    "không có tài liệu", "không có văn bản", "không có số đăng ký", "chưa được cấp phép", "yên tâm đi tiêm",
)  # fmt: skip


class Gist(NamedTuple):
    """What a text says, by weight: syllables and pairs of them, as typed and without accents; numbers, places."""

    accented: bool
    typed: tuple[Mapping[str, float], Mapping[str, float]]
    folded: tuple[Mapping[str, float], Mapping[str, float]]
    numbers: frozenset[str]
    places: tuple[frozenset[str], frozenset[str]]  # provinces, districts


@lru_cache(maxsize=4096)
def denies(text: str) -> bool:
    """Whether the beginning of a text says that something is untrue, or tells what became of who spread it."""
    return any(_denials().find([token for token in _head(text) if token.start < _STANCE]))


def keys(text: str, *, suspect: bool) -> tuple[str, ...]:
    """A key of the whole text, 32 MinHash bands, and of a suspect text up to 24 word keys; at most 24 characters each,
    empty without syllables. Texts that may state one claim share some, exact copies all.
    """
    stance = "d" if denies(text) else ""
    found = tuple(stance + band for band in bands(text))
    if not found:
        return found
    found = (EXACT + wording(text), *found)
    if not suspect:
        return found
    pairs = gist(text).folded[1]
    rarest = sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:_WORD_KEYS]
    return found + tuple(f"{WORD}{stance}{_short(pair)}" for pair in rarest)


def likeness(one: str, other: str, *, suspect: bool) -> float:
    """How sure it is that two texts state one claim, 0 to 1; from :data:`classify.near.SAME` on they do. ``suspect``:
    both are, so that they may be paraphrases. 0 where one denies and the other does not.
    """
    if denies(one) is not denies(other):
        return 0.0
    alike = similarity(one, other)
    if not suspect or alike >= SAME:
        return alike
    return max(alike, _scaled(retold(gist(one), gist(other))))


def retold(one: Gist, other: Gist) -> float:
    """Probability that two suspect texts state one claim, by the weight of what they share, 0 to 1. 0 where one says
    too little: whatever has its two words would be about the same.
    """
    if min(len(one.folded[0]), len(other.folded[0])) < _SAYS_SOMETHING:
        return 0.0
    return 1 / (1 + math.exp(-_log_odds(one, other)))


@lru_cache(maxsize=2048)
def gist(text: str) -> Gist:
    """The gist of a text's first 1,500 characters. Place names are taken out of its words."""
    syllables = _head(text)
    marked = sum(token.norm != token.folded for token in syllables if not token.norm.isdigit())
    where, rest = _places(syllables)
    numbers = (re.sub(r"[.,]", "", number) for number in _NUMBER.findall(text[:_READ]))
    return Gist(
        marked >= _ACCENTED * max(1, len(syllables)),
        _weighed(rest, typed=True),
        _weighed(rest, typed=False),
        frozenset(number for number in numbers if len(number) > 1),
        where,
    )


class Gatherer:
    """Claims of texts as they come, in memory: each joins the claim of the most alike text before it, or founds one.

    A text is compared with those that share the most and rarest keys with it, never with all.
    """

    def __init__(self) -> None:
        self._texts: list[tuple[str, bool, int]] = []  # text, suspect, claim
        self._by_key: dict[str, list[int]] = {}
        self._claims = 0

    def nearest(self, text: str, found: Sequence[str], *, suspect: bool) -> tuple[float, int]:
        """Likeness of the text before it that states the same claim, and that text's number; (0, -1) without one.
        ``found``: its :func:`keys`.
        """
        copies = [number for key in found if key.startswith(EXACT) for number in self._by_key.get(key, ())]
        if copies:
            return 1.0, copies[-1]
        best, at = 0.0, -1
        for number in most_shared((self._by_key.get(key, ()) for key in found), _MOST_COMPARED):
            other, other_suspect, _ = self._texts[number]
            score = likeness(text, other, suspect=suspect and other_suspect)
            if score >= SAME and score > best:
                best, at = score, number
        return best, at

    def add(self, text: str, found: Sequence[str], *, suspect: bool) -> int:
        """The number of its claim, from 0."""
        _, at = self.nearest(text, found, suspect=suspect)
        claim = self._texts[at][2] if at >= 0 else self._claims
        self._claims += at < 0
        self.hold(text, found, suspect=suspect, claim=claim)
        return claim

    def hold(self, text: str, found: Sequence[str], *, suspect: bool, claim: int = -1) -> None:
        """Keep a text to be found by later ones; texts are numbered from 0 as they come."""
        for key in found:
            self._by_key.setdefault(key, []).append(len(self._texts))
        self._texts.append((text, suspect, claim))


def most_shared(postings: Iterable[Sequence[int]], limit: int) -> list[int]:
    """The numbers that stand in most of the lists, rare lists counting more (by one over the root of their length)."""
    shared: dict[int, float] = {}
    for posting in postings:
        weight = 1 / math.sqrt(len(posting) or 1)
        for number in posting[-_MOST_COMMON:]:
            shared[number] = shared.get(number, 0.0) + weight
    return sorted(shared, key=lambda number: (-shared[number], number))[:limit]


def _log_odds(one: Gist, other: Gist) -> float:
    both = one.accented and other.accented
    odds = _START
    for weights, mine, theirs in zip(
        _OVERLAP, one.typed if both else one.folded, other.typed if both else other.folded, strict=True
    ):
        common = sum(mine[term] for term in mine.keys() & theirs.keys())
        first, second = sum(mine.values()) or 1.0, sum(theirs.values()) or 1.0
        odds += weights[0] * common / math.sqrt(first * second)
        odds += weights[1] * common / min(first, second) + weights[2] * math.log1p(common)
    if one.numbers and other.numbers:
        odds += sum(sorted(map(_telling, one.numbers & other.numbers))[-2:]) or _OTHER_NUMBERS
    for here, there in zip(one.places, other.places, strict=True):
        if here and there:
            odds += _SAME_PLACE if here & there else _OTHER_PLACES
    return odds


def _telling(number: str) -> float:
    """What a shared number adds: 1,247 more than 17 or a year."""
    return _SAME_NUMBER if len(number) == 2 or (len(number) == 4 and number[:2] in {"19", "20"}) else _SAME_LONG_NUMBER


def _scaled(probability: float) -> float:
    """A probability on the scale of likeness: what is enough becomes SAME."""
    if probability < _ENOUGH:
        return SAME * probability / _ENOUGH
    return SAME + (1 - SAME) * (probability - _ENOUGH) / (1 - _ENOUGH)


@cache
def _denials() -> Phrases[bool]:
    phrases: Phrases[bool] = Phrases()
    for phrase in _DENIALS:
        phrases.add(phrase, True)
    return phrases


@lru_cache(maxsize=256)
def _head(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text[:_READ])[:_SYLLABLES])


def _weighed(syllables: Sequence[Token | None], *, typed: bool) -> tuple[dict[str, float], dict[str, float]]:
    counts = table()
    single: dict[str, float] = {}
    pairs: dict[str, float] = {}
    before: tuple[str, str, float] | None = None
    for token in syllables:
        form = "" if token is None else (token.norm if typed else token.folded)
        weight = counts.syllable(form, typed=typed) if form else 0.0
        if token is None or weight <= 0:
            before = None
            continue
        single[form] = weight
        if before is not None:
            pairs[f"{before[0]} {form}"] = counts.pair(f"{before[1]} {token.folded}", before[2] + weight)
        before = (form, token.folded, weight)
    return single, pairs


def _places(syllables: Sequence[Token]) -> tuple[tuple[frozenset[str], frozenset[str]], list[Token | None]]:
    """Provinces and districts named, and the syllables with None where a name stood."""
    names, rest, where = _place_names(), list[Token | None](), (set[str](), set[str]())
    at = 0
    while at < len(syllables):
        for length in range(_LONGEST_PLACE, 1, -1):
            name = " ".join(token.folded for token in syllables[at : at + length])
            if name in names:
                level, stands = names[name]
                where[level].add(stands)
                rest.append(None)
                at += length
                break
        else:
            rest.append(syllables[at])
            at += 1
    return (frozenset(where[0]), frozenset(where[1])), rest


@cache
def _place_names() -> dict[str, tuple[int, str]]:
    """Folded names of two syllables or more: level (0 province, 1 district), and the one name of the place."""
    names: dict[str, tuple[int, str]] = {}
    for province in provinces():
        for spelling in spellings(province):
            names[_plain(spelling)] = 0, _plain(province)
    for province in provinces():
        for district in map(bare_name, districts(province)):
            names.setdefault(_plain(district), (1, _plain(district)))
    return {name: place for name, place in names.items() if " " in name}


def _plain(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").split())


@lru_cache(maxsize=50_000)
def _short(pair: str) -> str:
    return hashlib.blake2b(pair.encode(), digest_size=8).hexdigest()


def near_verified(texts: Sequence[str]) -> Callable[[str, int], list[tuple[int, float]]]:
    """A function that ranks verified texts by how surely they are about what a given text says: ``(text, limit)`` to
    ``[(number, score)]``, best first, scores 0 to 1. What denies is ranked too: it answers. An index, not all pairs.
    """
    gists = [gist(text) for text in texts]
    postings: dict[str, list[int]] = {}
    for number, one in enumerate(gists):
        for term in (*one.folded[0], *one.folded[1]):
            postings.setdefault(term, []).append(number)

    def ranked(text: str, limit: int) -> list[tuple[int, float]]:
        asked = gist(text)
        found: dict[int, float] = {}
        for terms in asked.folded:
            for term, weight in terms.items():
                for number in postings.get(term, ()):
                    found[number] = found.get(number, 0.0) + weight
        nearest = sorted(found, key=lambda number: (-found[number], number))[: max(limit, _MOST_COMPARED)]
        scores = [(number, max(similarity(text, texts[number]), retold(asked, gists[number]))) for number in nearest]
        return sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:limit]

    return ranked
