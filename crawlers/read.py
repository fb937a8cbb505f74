"""WARC record or page in, documents out. Nothing is fetched here, and nothing raises for a bad page."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from core import clock
from core.codes.drops import DropReason
from core.codes.platforms import PageRole, PlatformName
from core.codes.sources import LookOutcome
from core.model.documents import Document, WarcRef, document_id
from core.model.drops import Drop, Fetched, Looked, Polled
from core.model.sources import Source
from core.sources.addresses import netloc_of
from crawlers.article.metadata import stated_address
from crawlers.evidence.other_archives import as_warcs
from crawlers.evidence.records import MAX_BODY, Record, read_record, read_records
from crawlers.page.encodings import TooLargeError, UndecodableError
from crawlers.page.page import Page, Reading
from crawlers.page.urls import canonical_url
from crawlers.platforms import platform
from crawlers.platforms.port import Platform

_READ = frozenset(role for role in PageRole if role.read)
_MARKUP = ("text/", "application/xhtml", "application/xml", "application/rss", "application/atom")
_NO_MARKUP = ("text/css", "text/javascript")

Item = Document | Drop | Fetched | Polled | Looked


def read_page(  # a contract with other rooms
    body: bytes,
    url: str,
    source: Source | None = None,
    content_type: str = "",
    fetched: datetime | None = None,
    role: str = "",
) -> Reading:
    """What one page holds. Without a source the platform is recognised from the page; without a role, whether
    it is an article, a listing or a feed. A page that cannot be read gives a Drop in ``problems``.
    """
    page = Page(url, body, fetched or clock.now(), content_type, role, source)
    if len(body) > MAX_BODY:
        return Reading("documents", problems=(page.drop("too-large", f"{len(body)} bytes"),))
    try:
        return _platform(page).read(page)
    except UndecodableError as error:
        return Reading("documents", problems=(page.drop("undecodable", str(error)),))
    except Exception as error:  # noqa: BLE001  # one hostile page must not stop the reading of all others
        return Reading("documents", problems=(page.drop("unreadable", f"{type(error).__name__}: {error}"[:200]),))


def stated_url(body: bytes) -> str:
    """Where a saved page says that it lives (canonical link, og:url); '' when it does not say or cannot be read."""
    try:
        return stated_address(Page("", body, clock.now()))
    except Exception:  # noqa: BLE001  # as for reading: one hostile page must not stop the others
        return ""


def _platform(page: Page) -> Platform:
    if page.source:
        return platform(page.source.platform)
    return next(found for found in map(platform, PlatformName) if found.recognises(page))


def read_archive(path: Path, sources: Mapping[str, Source], passed: Counter[str]) -> Iterator[Item]:
    """As :func:`read_warc`, of any archive: WARC, WARC gzipped as a whole, ARC or WACZ. Raises DataError."""
    with tempfile.TemporaryDirectory() as folder:
        for warc in as_warcs(path, Path(folder)):
            yield from read_warc(warc, sources, passed)


def read_warc(path: Path, sources: Mapping[str, Source], passed: Counter[str] | None = None) -> Iterator[Item]:
    """Everything that a WARC file holds, in its order: documents, drops, fetched addresses, polls.

    Files of other crawlers have no ``Soatin-`` headers: their source is found by host, or is ''. What is no page in
    them is counted by sort in ``passed``; a file in which nothing else was gives a Drop ``passed-over`` for each. A
    file that breaks off gives what came before and a Drop ``truncated-warc``. Raises DataError when it is no WARC.
    """
    told, here = False, Counter[str]()
    for item in _items(path, sources, here):
        told = True
        yield item
    if passed is not None:
        passed.update(here)
    if not told:
        for what, count in here.items():
            yield Drop("read", DropReason.PASSED_OVER, "", detail=f"{count} × {what}")


def _items(path: Path, sources: Mapping[str, Source], passed: Counter[str]) -> Iterator[Item]:
    by_host = {host: source for source in sources.values() for host in source.hosts}
    seen: dict[str, int] = {}
    for record in read_records(path):
        if not record.whole:
            yield Drop("read", "truncated-warc", record.source, detail=f"{path.name} at byte {record.offset}")
            continue
        if record.type == "metadata" and record.role in ("drop", "polled", "fetched", "looked"):
            yield from _note(record, path)
            continue
        original = _resolved(record, path, seen)
        why = "" if record.role else _passed_over(original)
        if why:
            passed[why] += 1
        if why or original.type not in ("response", "resource"):
            continue
        if not record.role:
            seen.setdefault(record.digest or f"{record.url} {record.offset}", record.offset)
            seen.setdefault(record.url, record.offset)
        source = sources.get(record.source) if record.source else by_host.get(netloc_of(record.url))
        yield from _response(original, path, source)


def _resolved(record: Record, path: Path, seen: Mapping[str, int]) -> Record:
    """A revisit with the payload of the record in this file that it points at, when that was of another address."""
    if record.type != "revisit":
        return record
    offset = seen.get(record.digest) if record.digest else None
    offset = seen.get(record.refers_to) if offset is None else offset
    if offset is None or record.url in seen:
        return record
    return replace(read_record(path, offset), url=record.url, date=record.date)


def _passed_over(record: Record) -> str:
    """Why a record of another crawler is no page to be read; '' when it is one."""
    if record.type in ("warcinfo", "request"):
        return ""  # what goes with others, and nothing that was received
    if record.type not in ("response", "resource"):
        return f"{record.type} record"
    if not record.url.startswith(("http://", "https://")):
        return "record of the crawler's own (log, text or screenshot)"
    if record.type == "response" and 300 <= record.status < 400:
        return f"redirect ({record.status})"
    content_type = record.header("content-type").split(";")[0].strip().lower()
    if content_type and not _is_markup(content_type) and not _is_pdf(content_type):
        return content_type[:60]
    return ""


def _is_markup(content_type: str) -> bool:
    return content_type.startswith(_MARKUP) and not content_type.startswith(_NO_MARKUP)


def _is_pdf(content_type: str) -> bool:
    return content_type.startswith("application/pdf")


def _note(record: Record, path: Path) -> Iterator[Item]:
    try:
        data: dict[str, Any] = json.loads(record.raw)[record.role]
        if record.role == "drop":
            yield Drop(**{key: str(value) for key, value in data.items()})
        elif record.role == "fetched":
            yield Fetched(data["source"], data["url_hash"], datetime.fromisoformat(data["at"]))
        elif record.role == "looked":
            moment, outcome = datetime.fromisoformat(data["at"]), str(LookOutcome(data["outcome"]))
            yield Looked(data["source"], data["document_id"], moment, outcome, str(data["status"]))
        else:
            until = data.get("not_before")
            yield Polled(
                data["source"],
                datetime.fromisoformat(data["at"]),
                int(data["requests"]),
                data["error"],
                data.get("validators", {}),
                datetime.fromisoformat(until) if until else None,
            )
    except (ValueError, KeyError, TypeError) as error:
        yield Drop("read", "unreadable", record.source, detail=f"{path.name} at byte {record.offset}: {error!r}"[:200])


def _response(record: Record, path: Path, source: Source | None) -> Iterator[Item]:
    name = record.source or (source.name if source else "")

    def drop(reason: str, detail: str = "") -> Drop:
        return Drop("read", reason, name, record.url, detail)

    if record.role and record.role not in _READ:
        if record.role not in set(PageRole):
            yield drop(DropReason.UNREAD_ROLE, record.role[:80])
        return  # else it was only followed
    if record.type == "response" and not 200 <= record.status < 300:
        if not record.role and record.status >= 400:  # ours was counted when it was crawled
            yield drop(f"http-{record.status // 100}xx", str(record.status))
        return
    if not record.genuine:
        yield drop("corrupt", "the payload has not the SHA-256 that was written with it")
        return
    content_type = record.header("content-type")
    try:
        body = record.body
    except TooLargeError:
        yield drop("too-large", f"more than {MAX_BODY} bytes")
        return
    except UndecodableError as error:
        yield drop("undecodable", str(error))
        return
    reading = read_page(body, record.url, source, content_type, record.date, record.role)
    ref = WarcRef(path.name, record.offset)
    for document in reading.documents:
        yield replace(document, source=name, warc=ref, sha256=record.sha256)
        if document.doubt:  # kept, and counted with what its source lost
            yield Drop("read", DropReason.DOUBTFUL_TEXT, name, document.url, document.doubt)
    for problem in reading.problems:
        yield replace(problem, source=name)
    page = Page(record.url, body, record.date, content_type, record.role, source)
    if record.role and name and (platform(source.platform) if source else platform("press")).settled(page):
        asked = record.requested or record.url
        yield Fetched(name, document_id(canonical_url(asked)), record.date)
