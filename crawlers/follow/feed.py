"""RSS, Atom and JSON Feed: addresses of articles, and nothing else (the article says the rest)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.sources.addresses import may_ask
from crawlers.follow.gzip_file import unpacked
from crawlers.page.json_page import at, dicts_at, text_at
from crawlers.page.page import FoundOnPage, Link, Page
from crawlers.page.urls import absolute

_FEED = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_JSON_FEED = "https://jsonfeed.org/version/"
MAX_LINKS = 2000


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a feed says: the address of each entry ('' for one without), pages with what is older, and whether it is
    none at all.
    """

    entries: list[str]
    older: list[str]
    broken: bool


def is_feed(page: Page) -> bool:
    """Whether the body is RSS, Atom, RDF or a JSON Feed by how it begins; a gzip file by what is in it."""
    body = unpacked(page.body)
    return bool(_FEED.search(body[:2048].replace(b"\0", b""))) or _json(body) is not None


def feed_links(page: Page) -> FoundOnPage:
    """Article addresses of a feed in its order; problem ``broken-feed`` when it is none or none of its entries leads
    to an article on the source's hosts.

    A feed that breaks off in the middle gives the entries before the break.
    """
    body = unpacked(page.body)
    data = _json(body)
    feed = _of_xml(body) if data is None else _of_json(data)
    links: dict[str, None] = {}
    off_host = 0
    for told in feed.entries:
        url = absolute(page.url, told)
        if url and may_ask(url, page.hosts):
            links[url] = None
        elif url:
            off_host += 1
    broken = not links and not off_host and (feed.broken or bool(feed.entries))
    older = (absolute(page.url, told) for told in feed.older)
    following = next((url for url in older if url and url != page.url and may_ask(url, page.hosts)), "")
    return FoundOnPage(
        tuple(Link(url, "article") for url in links), off_host, "broken-feed" if broken else "", following
    )


def _of_xml(body: bytes) -> _Feed:
    import feedparser  # noqa: PLC0415 -- heavy

    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    entries = [_address((_link(entry), entry.get("id"))) for entry in parsed.entries[:MAX_LINKS]]
    older = [str(link.get("href") or "") for link in parsed.feed.get("links", []) if _is_next(link)]
    return _Feed(entries, older, bool(parsed.bozo or not parsed.version))


def _link(entry: Any) -> str:
    """An entry's link; feedparser gives an id that is no address for one."""
    link = str(entry.get("link") or "")
    return "" if entry.get("guidislink") and not link.startswith(("http://", "https://")) else link


def _json(body: bytes) -> Any:
    """The data of a JSON Feed (https://www.jsonfeed.org/version/1.1/); None when it is none."""
    if not body[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or _JSON_FEED.encode() not in body.replace(
        b"\\/", b"/"
    ):
        return None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if text_at(data, "version").startswith(_JSON_FEED) else None


def _of_json(data: Any) -> _Feed:
    items = dicts_at(data, "items")[:MAX_LINKS]
    entries = [_address((item.get("url"), item.get("external_url"), item.get("id"))) for item in items]
    return _Feed(entries, [text_at(data, "next_url")], at(data, "items") is None)


def _address(told: Iterable[Any]) -> str:
    """The first that is an address; an entry's id often is one where it has no link."""
    link, *others = [str(value or "").strip() for value in told]
    return link or next((value for value in others if value.startswith(("http://", "https://"))), "")


def _is_next(link: dict[str, str]) -> bool:
    """Whether a feed's link leads to what is older (RFC 5005: paged and archived feeds)."""
    return link.get("rel") in {"next", "prev-archive"}
