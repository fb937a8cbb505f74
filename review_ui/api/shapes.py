"""What the API takes and gives. No author names, no pseudonyms, no names of inspectors, no notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from core.codes.scopes import ClaimScope
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.codes.verdicts import VerdictValue

DEEPEST = 10_000
BIGGEST = 2**63 - 1


class SearchQuery(Schema):
    """The same names as in the address of the search page."""

    q: str = Field("", max_length=1000, description="the query language of docs/search.md; empty: everything")
    since: date | None = Field(None, alias="from", description="first day, Vietnamese calendar")
    until: date | None = Field(None, alias="to", description="last day, included")
    source: str = Field("", max_length=80)
    source_kind: SourceKind | None = None
    place: str = Field("", max_length=120, description='"province" or "province/district"')
    kind: DocumentKind | None = None
    text_kind: TextKind | None = None
    verdict: VerdictValue | Literal["none"] | None = Field(None, description="none: nobody has judged it")
    order: Literal["best", "newest"] = "best"
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=DEEPEST - 1)


class PageQuery(Schema):
    """Which part of a list."""

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1_000_000)


class ClaimQuery(PageQuery):
    """Which claims."""

    state: Literal["all", "waiting", "judged"] = "all"
    verdict: VerdictValue | None = None


class HitOut(Schema):
    """One document found. ``highlights``: [start, end] in title + newline + text."""

    id: str
    title: str
    snippet: str = Field(description="plain text around the first highlight")
    highlights: list[tuple[int, int]]
    score: float
    source: str
    source_kind: str
    kind: str
    text_kind: str
    moment: datetime
    probability: float
    verdict: str
    claim: int | None


class CountOut(Schema):
    """A value with the number of documents that have it."""

    value: str
    count: int


class DayOut(Schema):
    """A day with its number of documents."""

    day: date
    count: int


class SearchOut(Schema):
    """A page of hits; facets and timeline are over all that matched. ``next``: the address of the page after it.
    ``accents_ignored``: nothing has the accents as typed, so these are hits with any.
    """

    total: int
    accents_ignored: bool
    next: str | None
    hits: list[HitOut]
    facets: dict[str, list[CountOut]]
    timeline: list[DayOut]


class PlaceOut(Schema):
    """A place that the text names or its source covers."""

    province: str
    district: str
    commune: str


class FlagOut(Schema):
    """The machine's opinion of the current version."""

    probability: float
    flagged: bool
    model: str


class DocumentOut(Schema):
    """One document, its current version."""

    id: str
    source: str
    source_kind: str
    kind: str
    text_kind: str
    topic: str
    url: str
    title: str
    text: str
    published: datetime | None
    fetched: datetime
    version: int
    sha256: str
    places: list[PlaceOut]
    flag: FlagOut | None
    claim: int | None
    verdict: str


class ClaimOut(Schema):
    """One checkable statement that one or many documents repeat. ``verdict`` empty: nobody has judged it."""

    id: int
    headline: str
    first_seen: datetime
    last_seen: datetime
    probability: float
    urgency: float
    scope: ClaimScope = Field(description="whom it concerns, seen from this province")
    documents: int
    sources: int
    verdict: str


class ClaimPage(Schema):
    """A page of claims."""

    total: int
    next: str | None
    claims: list[ClaimOut]


class VerdictOut(Schema):
    """A finding; at most one of a claim ``stands``: the latest that was not retracted."""

    value: str
    at: datetime
    retracted: bool
    stands: bool


class RetellingOut(Schema):
    """A document of a claim."""

    id: str
    title: str
    source: str
    source_kind: str
    moment: datetime


class ClaimDetail(ClaimOut):
    """A claim with its findings and its newest 100 documents."""

    verdicts: list[VerdictOut]
    newest: list[RetellingOut]


class ReportOut(Schema):
    """A report. ``docx`` and ``pdf``: where to download it; null: there is no such file."""

    id: int
    province: str
    number: int
    slot: datetime
    since: datetime
    until: datetime
    on_demand: bool
    late: bool
    created: datetime
    docx: str | None
    pdf: str | None


class ReportPage(Schema):
    """A page of reports, newest first."""

    total: int
    next: str | None
    reports: list[ReportOut]
