"""ClaimReview (schema.org), the form in which fact checkers publish findings: read and written as JSON-LD.

Reading takes what is met in the wild: one object, a list, an ``@graph``, a ``DataFeed``. What cannot be used is
returned beside what can, with its reason and the cure: one bad entry does not lose the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.clock import VIETNAM
from core.codes.findings import Origin, Rating
from core.errors import DataError
from core.findings.finding import Finding, rating_of_number, rating_of_words

CONTEXT = "https://schema.org"
MOST_BYTES = 64 * 1024 * 1024
MOST_CLAIM, MOST_WORDS, MOST_NAME, MOST_URL = 5_000, 200, 200, 2_000  # characters
_MOST_DEPTH = 8  # lists and containers inside one another
_CONTAINERS = ("@graph", "dataFeedElement", "itemListElement", "item", "mainEntity", "hasPart")

REASONS = {
    "not-claimreview": "take it out, or give it @type ClaimReview",
    "no-claim": "write the claim that was reviewed into claimReviewed",
    "no-publisher": "write who reviewed it into author.name",
    "unknown-rating": "say true, false, misleading or unproven in reviewRating.alternateName, or give ratingValue with "
    "bestRating and worstRating",
    "too-deep": "put the reviews in one list",
}
"""Why an entry cannot be used, and the cure."""


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that cannot be used: its number in the file (from 1) and one of :data:`REASONS`."""

    number: int
    reason: str
    about: str

    def __str__(self) -> str:
        about = f" ({self.about})" if self.about else ""
        return f"entry {self.number}: {self.reason}{about} — {REASONS[self.reason]}"


def read(data: bytes, where: str) -> tuple[list[Finding], list[BadEntry]]:
    """The findings of a JSON-LD document, and the entries that cannot be used. Raises DataError for what is no JSON,
    too large, or holds nothing that could be a review.
    """
    if len(data) > MOST_BYTES:
        raise DataError(f"larger than {MOST_BYTES >> 20} MB", where=where, cure="split it into several files")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DataError(f"is not JSON in UTF-8 ({error})", where=where, cure="give a JSON-LD file") from None
    good: list[Finding] = []
    bad: list[BadEntry] = []
    for number, entry in enumerate(_entries(document, 0), 1):
        found = _finding(entry)
        if isinstance(found, Finding):
            good.append(found)
        else:
            bad.append(BadEntry(number, found, _about(entry)))
    if not good and not bad:
        raise DataError("holds no entries", where=where, cure="give a ClaimReview, a list of them, or a DataFeed")
    return good, bad


def write(findings: Sequence[Finding], name: str) -> dict[str, Any]:
    """A DataFeed of these findings (those with a rating), as :func:`read` takes it and search engines ask for it."""
    return {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": name,
        "dataFeedElement": [
            {"@type": "DataFeedItem", "item": [_review(finding)]} for finding in findings if finding.rating
        ],
    }


def _review(finding: Finding) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": finding.words}
    if finding.rating and finding.rating.number is not None:
        rating |= {"ratingValue": finding.rating.number, "worstRating": 1, "bestRating": 5}
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "claimReviewed": finding.text,
        "author": {"@type": "Organization", "name": finding.publisher},
        "reviewRating": rating,
        "inLanguage": finding.language or "vi",
    }
    if finding.url:
        review["url"] = finding.url
    if finding.reviewed:
        review["datePublished"] = finding.reviewed.astimezone(VIETNAM).isoformat(timespec="seconds")
    if finding.first_url:
        review["itemReviewed"] = {"@type": "Claim", "appearance": {"@type": "CreativeWork", "url": finding.first_url}}
    return review


def _entries(value: Any, depth: int) -> Iterator[Any]:
    """What may be a review, out of lists, graphs and feeds."""
    if depth > _MOST_DEPTH:
        yield None
    elif isinstance(value, list):
        for one in value:
            yield from _entries(one, depth + 1)
    elif isinstance(value, dict) and not _is_review(value) and (inside := [n for n in _CONTAINERS if n in value]):
        for name in inside:
            yield from _entries(value[name], depth + 1)
    else:
        yield value


def _is_review(entry: Mapping[str, Any]) -> bool:
    kinds = entry.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.rpartition("/")[2] == "ClaimReview" for kind in named)


def _finding(entry: Any) -> Finding | str:
    """The finding of an entry, or why there is none."""
    if entry is None:
        return "too-deep"
    if not isinstance(entry, dict) or not _is_review(entry):
        return "not-claimreview"
    text = _text(entry.get("claimReviewed"), MOST_CLAIM)
    if not text:
        return "no-claim"
    author = _first(entry.get("author")) or _first(entry.get("publisher")) or _first(entry.get("sdPublisher"))
    publisher = _text(author.get("name") if isinstance(author, dict) else author, MOST_NAME)
    if not publisher:
        return "no-publisher"
    rating, words = _rating(_first(entry.get("reviewRating")))
    if rating is None:
        return "unknown-rating"
    return Finding(
        Origin.CLAIMREVIEW, text, rating, words or str(rating), publisher, _url(entry.get("url")),
        _moment(entry.get("datePublished")), _appearance(_first(entry.get("itemReviewed"))),
        _text(entry.get("inLanguage"), 8),
    )  # fmt: skip


def _rating(value: Any) -> tuple[Rating | None, str]:
    """The rating and its words: words say more than numbers, whose scales are often left as they were."""
    if not isinstance(value, dict):
        words = _text(value, MOST_WORDS)
        return rating_of_words(words), words
    for name in ("alternateName", "name", "ratingExplanation"):
        words = _text(value.get(name), MOST_WORDS)
        if rating := rating_of_words(words):
            return rating, words
    words = _text(value.get("alternateName"), MOST_WORDS)
    numbers = [_number(value.get(name)) for name in ("ratingValue", "worstRating", "bestRating")]
    if all(number is not None for number in numbers):
        given, worst, best = (number for number in numbers if number is not None)
        return rating_of_number(given, worst, best), words
    return None, words


def _appearance(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    for name in ("firstAppearance", "appearance"):
        first = _first(item.get(name))
        if found := _url(first.get("url") if isinstance(first, dict) else first):
            return found
    return _url(item.get("url"))


def _about(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    return _text(entry.get("claimReviewed"), 60) or _text(entry.get("url"), 60) or _text(entry.get("@type"), 60)


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _text(value: Any, most: int) -> str:
    first = _first(value)
    if isinstance(first, dict):
        first = first.get("@value")
    if not isinstance(first, str):
        return ""
    return " ".join(first.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").split())[:most]


def _url(value: Any) -> str:
    """An address that a browser may be sent to; others are left out, so that no other scheme becomes a link."""
    found = _text(value, MOST_URL + 1)
    usable = found.lower().startswith(("http://", "https://")) and " " not in found and len(found) <= MOST_URL
    return found if usable else ""


def _number(value: Any) -> float | None:
    try:
        found = float(_first(value))
    except (TypeError, ValueError):
        return None
    return found if abs(found) < 1e9 else None  # drops infinity and NaN too


def _moment(value: Any) -> datetime | None:
    """A date or time; without an offset it is Vietnam's. None for what is no date."""
    try:
        found = datetime.fromisoformat(_text(value, 40))
        aware = found if found.tzinfo else found.replace(tzinfo=VIETNAM)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
