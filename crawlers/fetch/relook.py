"""Second looks at flagged documents, in the same round as the polls: one request each, conditional where it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.codes.drops import DropReason
from core.codes.platforms import PageRole
from core.codes.sources import LookOutcome
from core.model.sources import Source
from crawlers.evidence.records import Record
from crawlers.page.page import Link, Page
from crawlers.page.urls import canonical_url
from crawlers.platforms import platform
from crawlers.read import read_page

_REMOVED = frozenset({404, 410, 451})
"""Not found, gone (RFC 9110, 15.5.5 and 15.5.11), taken down for legal reasons (RFC 7725)."""


@dataclass(frozen=True, slots=True)
class Relook:
    """A flagged document to be looked at again. ``validators``: ``etag`` and ``modified`` of the answer known."""

    source: str
    document_id: str
    url: str
    role: str
    validators: dict[str, str] = field(default_factory=dict)


def page_of(source: Source, url: str, canonical: str) -> Link | None:
    """Where a document of a source can be seen by itself (``url`` and ``canonical`` are the document's); None where its
    platform has no such page, or only on other hosts than the source's.
    """
    return platform(source.platform).again(url, canonical, source)


def validators_of(record: Record) -> dict[str, str]:
    """Validators of an answer as it was received, for conditional requests (RFC 9110, 8.8)."""
    return validators(record.header("etag"), record.header("last-modified"))


def validators(etag: str, modified: str) -> dict[str, str]:
    """Those that are safe to send back."""
    given = {"etag": etag.strip(), "modified": modified.strip()}
    return {n: text for n, text in given.items() if text and text.isascii() and text.isprintable() and len(text) <= 300}


def conditions(known: Mapping[str, str]) -> dict[str, str]:
    """Request headers for such validators."""
    names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
    return {names[name]: value for name, value in known.items() if name in names}


def outcome(look: Relook, status: int, page: Page) -> LookOutcome:
    """What an answer says of the document: gone only when the host says so, when its address now leads to a list of
    articles, when a page of posts was read and it is not among them, or when an interface that was asked for it alone
    answers with nothing. A page that cannot be read says nothing.
    """
    if status == 304:
        return LookOutcome.SAME
    said = platform(page.source.platform).refusal(status, page)[0] if page.source and status >= 300 else ""
    if status in _REMOVED or said == DropReason.REMOVED:
        return LookOutcome.GONE
    if not 200 <= status < 300:
        return LookOutcome.FAILED
    reading = read_page(page.body, page.url, page.source, page.content_type, page.fetched, look.role)
    if any(document.id == look.document_id for document in reading.documents):
        return LookOutcome.THERE
    if look.role == "article":
        gone = reading.kind == "listing" and canonical_url(page.url) != canonical_url(look.url)
    elif look.role == PageRole.AGAIN:
        gone = not reading.problems and not reading.documents
    else:
        gone = bool(reading.documents)
    return LookOutcome.GONE if gone else LookOutcome.FAILED
