"""The port to search engines: what every adapter takes and answers. Contract suite: tests/index/contract_search.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from core.errors import SoatinError
from core.model import SearchDocument
from index.query import Query

Order = Literal["best", "newest"]


class SearchError(SoatinError):
    """The search engine cannot answer; the archive still can."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions beside the query; empty: none. ``since`` and ``until`` are days on the Vietnamese calendar, both
    included. ``place`` is ``"province"`` or ``"province/district"``, accents and case do not matter. ``verdict`` is a
    verdict's code, or ``"none"`` for claims that nobody has judged.
    """

    since: date | None = None
    until: date | None = None
    source: str = ""
    source_kind: str = ""
    place: str = ""
    kind: str = ""
    text_kind: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found. ``score`` is higher for better ones within one answer. ``highlights`` are ``(start, end)`` in
    title + newline + text as they were written; ``title_html`` and ``snippet`` are HTML-safe with ``<mark>``.
    """

    id: str
    score: float
    title: str
    highlights: tuple[tuple[int, int], ...]
    title_html: str
    snippet: str
    source: str
    source_kind: str
    kind: str
    text_kind: str
    verdict: str
    probability: float
    claim_id: int | None
    moment: datetime


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, and counts over all that matched. ``facets``: ``source_kind``, ``source``, ``place``, ``kind``,
    ``text_kind``, ``verdict`` (empty value: not judged), most frequent first. ``timeline``: days with their counts.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    timeline: tuple[tuple[date, int], ...] = ()


class SearchBackend(ABC):
    """A search engine. All methods raise SearchError, and nothing else, when the engine fails."""

    name: str

    @abstractmethod
    def index(self, docs: Sequence[SearchDocument]) -> None:
        """Add documents, replacing those of the same id. They are found as soon as this returns."""

    @abstractmethod
    def delete(self, ids: Sequence[str]) -> None:
        """Remove documents; ids that are not there are no error."""

    @abstractmethod
    def search(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """Find documents. Best first: those with the accents as typed before those without, then by BM25 with the title
        weighing five times the text, then the newest.
        """

    @abstractmethod
    def count(self) -> int:
        """How many documents it holds."""

    @abstractmethod
    def reset(self) -> None:
        """Drop everything, to be fed again from the archive."""

    @abstractmethod
    def problem(self) -> str:
        """What keeps it from answering, in words for a person; empty when nothing does."""

    def healthy(self) -> bool:
        """Whether it can answer."""
        return not self.problem()
