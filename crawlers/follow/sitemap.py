"""Sitemaps: the protocol 0.9 of sitemaps.org, index files and gzip included, with Google's news extension.

https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core import clock
from core.sources.addresses import may_ask
from crawlers.article.times import machine_time
from crawlers.follow.gzip_file import unpacked
from crawlers.page.page import FoundOnPage, Link, Page
from crawlers.page.urls import absolute

MAX_ENTRIES = 50_000
"""The protocol's own limit for one file."""
_RECENT = timedelta(days=3)
"""What an ordinary poll takes of a sitemap; a backfill takes all since its date."""
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


@dataclass(frozen=True, slots=True)
class _Entry:
    url: str
    moment: datetime | None


def sitemap_links(page: Page) -> FoundOnPage:
    """The articles or further sitemaps of a sitemap, newest first; problem ``broken-sitemap`` when it is none.

    Ordinary polls take what is dated within three days and what has no date; a backfill (``page.since``) what is not
    older than its date. A file that breaks off gives the entries before the break.
    """
    root = _root(page.body)
    if root is None or _name(root) not in {"urlset", "sitemapindex"}:
        return FoundOnPage(problem="broken-sitemap")
    role = "sitemap" if _name(root) == "sitemapindex" else "article"
    earliest = page.since or clock.day(page.fetched - _RECENT)
    entries = [e for e in _entries(root) if not _older(e, earliest, index=role == "sitemap")]
    entries.sort(key=lambda e: e.moment.timestamp() if e.moment else float("-inf"), reverse=True)
    links: dict[str, None] = {}
    off_host = 0
    for entry in entries:
        url = absolute(page.url, entry.url)
        if url and may_ask(url, page.hosts):
            links[url] = None
        elif url:
            off_host += 1
    return FoundOnPage(tuple(Link(url, role) for url in links), off_host)


def _root(body: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415 -- heavy

    body = unpacked(body)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _name(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _entries(root: Any) -> list[_Entry]:
    found = []
    for item in list(root)[:MAX_ENTRIES]:
        texts: dict[str, str] = {}
        for element in item.iter():
            texts.setdefault(_name(element), (element.text or "").strip())
        if texts.get("loc"):
            when = texts.get("publication_date") or texts.get("lastmod") or ""
            found.append(_Entry(texts["loc"], machine_time(when) if when else None))
    return found


def _older(entry: _Entry, earliest: date, *, index: bool) -> bool:
    """Whether an entry is dated before the day. A sitemap without date is judged by the month that its name gives."""
    if entry.moment:
        return clock.day(entry.moment) < earliest
    named = _MONTH.search(entry.url) if index else None
    if named is None:
        return False
    year, month, day = int(named[1]), int(named[2]), int(named[3] or 31)
    return (year, month, day) < (earliest.year, earliest.month, earliest.day)
