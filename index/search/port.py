"""The port to search engines: what every adapter takes and answers. Contract suite: tests/index/contract_search.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from core.errors import SoatinError
from core.model.documents import SearchDocument
from index.query.parse import Query

Order = Literal["best", "newest"]
Which = Literal["live", "next"]  # the index that answers, or the one that is to take over


class SearchError(SoatinError):
    """The search engine cannot answer; the archive still can."""


class DocumentsRefusedError(SearchError):
    """Documents that the engine will not take however often they are sent; all others of the batch were taken.
    ``reasons``: by id.
    """

    def __init__(self, reasons: Mapping[str, str], of: int, *, where: str) -> None:
        identity, why = next(iter(reasons.items()))
        super().__init__(
            f"{len(reasons)} of {of} documents refused (first {identity}: {why})"[:300],
            where=where,
            cure="the others are in; see `soatin status`, and `soatin retry` when the cause is gone",
        )
        self.reasons = dict(reasons)


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
    ``loose``: nothing has the accents as typed, so these are what was found without regard to them.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    timeline: tuple[tuple[date, int], ...] = ()
    loose: bool = False


class SearchBackend(ABC):
    """A search engine. All methods raise SearchError, and nothing else, when the engine fails."""

    name: str

    @abstractmethod
    def index(self, docs: Sequence[SearchDocument], into: Which = "live") -> None:
        """Add documents, replacing those of the same id unless these have a later revision; one that was removed comes
        back only with a later revision. (Revision 0 always counts as the latest.) They are found as soon as this
        returns. Raises RefusedError for documents that can never be taken.
        """

    @abstractmethod
    def delete(self, ids: Sequence[str], of: Which = "live") -> None:
        """Remove documents; ids that are not there are no error."""

    @abstractmethod
    def find(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """Find documents. Best first: those with the accents as typed before those without, then by BM25 with the title
        weighing five times the text and titles that have words side by side as typed once more, then the newest.
        """

    def search(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """``find`` for a person: where nothing is found with the accents as typed (one may be wrong), without regard to
        them.
        """
        found = self.find(query, filters, limit, offset, order)
        plain = query.loosely() if not found.total else None
        return replace(self.find(plain, filters, limit, offset, order), loose=True) if plain else found

    @abstractmethod
    def count(self) -> int:
        """How many documents it holds."""

    @abstractmethod
    def reset(self) -> None:
        """Drop everything, to be fed again from the archive."""

    @abstractmethod
    def begin(self) -> None:
        """Make the next index, empty. One that was begun before and not finished is gone on with."""

    @abstractmethod
    def building(self) -> bool:
        """Whether there is a next index."""

    @abstractmethod
    def revisions(self, of: Which = "live") -> Iterator[tuple[str, int]]:
        """Id and revision of every document in it, in order of ids."""

    @abstractmethod
    def switch(self) -> None:
        """The next index answers from now on, in one step; the present one is kept as the old one, in place of the one
        that was kept before. Nothing happens when there is no next one.
        """

    @abstractmethod
    def kept(self) -> bool:
        """Whether an old index is kept."""

    @abstractmethod
    def drop_kept(self) -> None:
        """Remove the old index."""

    def warm(self) -> None:  # noqa: B027 -- not every engine needs it
        """Read ahead what the first searches of this process would wait for; nothing where the engine is a server."""

    @abstractmethod
    def problem(self) -> str:
        """What keeps it from answering, in words for a person; empty when nothing does."""
