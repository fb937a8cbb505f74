"""Findings: what somebody who may say so has published about a claim, and the words in which such findings are given.

Fact checkers rate in words of their own (``alternateName`` of a ClaimReview), so that words are mapped to four ratings
here. A rating that is not understood is not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.codes.findings import Origin, Rating
from core.model.documents import sha256_hex
from core.vietnamese import fold

# Looked for in this order as whole words, without accents: "not true" before "true", "half true" before both.
_PHRASES: tuple[tuple[Rating, tuple[str, ...]], ...] = (
    (
        Rating.MISLEADING,
        (
            "gây hiểu nhầm", "gây hiểu lầm", "dễ hiểu nhầm", "đánh tráo", "thiếu ngữ cảnh", "phóng đại",
            "thổi phồng", "đúng một phần", "một phần đúng", "một phần sai", "sai một phần", "nửa đúng", "nửa sự thật",
            "không hoàn toàn đúng", "chưa chính xác hoàn toàn", "half true", "partly true", "partly false",
            "partially true", "partially false", "mostly false", "mixture", "mixed", "misleading", "missing context",
            "out of context", "needs context", "lacks context", "exaggerated", "exaggeration", "cherry picked",
            "distorted", "two pinocchios", "three pinocchios",
        ),
    ),
    (
        Rating.UNPROVEN,
        (
            "chưa kiểm chứng", "chưa được kiểm chứng", "chưa xác minh", "chưa được xác minh", "chưa xác định",
            "chưa có bằng chứng", "chưa đủ bằng chứng", "chưa có cơ sở", "chưa đủ cơ sở", "chưa có thông báo",
            "không đủ bằng chứng", "chưa có kết luận", "unproven", "unverified", "not verified", "unconfirmed",
            "no evidence", "insufficient evidence", "lacks evidence", "unsupported", "inconclusive", "undetermined",
        ),
    ),
    (
        Rating.FALSE,
        (
            "tin giả", "giả mạo", "bịa đặt", "tin bịa", "sai sự thật", "không đúng", "không chính xác", "không có thật",
            "không phải sự thật", "xuyên tạc", "thất thiệt", "cắt ghép", "sai", "tin đồn nhảm", "lừa đảo", "false",
            "fake", "not true", "untrue", "incorrect", "inaccurate", "wrong", "hoax", "fabricated", "debunked", "scam",
            "pants on fire", "four pinocchios", "altered", "manipulated", "doctored", "fiction", "baseless",
            "no basis", "legend",
        ),
    ),
    (
        Rating.TRUE,
        (
            "đúng sự thật", "chính xác", "tin thật", "có thật", "tin xác thực", "xác thực", "đúng", "mostly true",
            "true", "correct", "accurate", "verified", "confirmed", "legit",
        ),
    ),
)  # fmt: skip
_LONGEST_RATING = 80  # characters: longer "ratings" are sentences that may deny what they name
_FALSE_UP_TO, _TRUE_FROM = 0.25, 0.9


@dataclass(frozen=True, slots=True)
class Finding:
    """A published finding. ``rating`` empty: an official notice that rates nothing. ``words``: the rating as published.
    ``reviewed``: when it was published, None where that is not said. ``first_url``: where the claim first stood.
    """

    origin: Origin
    text: str
    rating: Rating | None
    words: str
    publisher: str
    url: str = ""
    reviewed: datetime | None = None
    first_url: str = ""
    language: str = ""

    @property
    def key(self) -> str:
        """Identity: the same publisher's finding on the same claim (64 hex digits). A new rating keeps it."""
        where = self.url or fold(self.publisher)
        return sha256_hex(f"{self.origin}\0{where}\0{' '.join(fold(self.text).split())}")


def rating_of_words(words: str) -> Rating | None:
    """The rating that a fact checker's words stand for; None when they are not understood (or too long to be sure)."""
    said = f" {' '.join(_plain(words))} "
    if len(said) > _LONGEST_RATING:
        return None
    for rating, phrases in _FOLDED:
        if any(phrase in said for phrase in phrases):
            return rating
    return None


def rating_of_number(value: float, worst: float, best: float) -> Rating | None:
    """The rating of a number on a fact checker's scale: false in the lowest quarter, true in the highest tenth,
    misleading between. None where the scale is empty or the number is not on it.
    """
    if not worst < best or not worst <= value <= best:
        return None
    share = (value - worst) / (best - worst)
    if share <= _FALSE_UP_TO:
        return Rating.FALSE
    return Rating.TRUE if share >= _TRUE_FROM else Rating.MISLEADING


def _plain(words: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(words)).split()


_FOLDED = tuple((rating, tuple(f" {' '.join(_plain(phrase))} " for phrase in phrases)) for rating, phrases in _PHRASES)
