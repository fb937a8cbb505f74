"""RSS and Atom: addresses of articles (the only thing that is taken from a feed; the article says the rest)."""

from __future__ import annotations

import io
import re

from core.sources.addresses import may_ask
from crawlers.page.page import Found, Link, Page
from crawlers.page.urls import absolute

_FEED = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
MAX_LINKS = 2000


def is_feed(page: Page) -> bool:
    """Whether the body is RSS, Atom or RDF by its first element."""
    return bool(_FEED.search(page.body[:2048].replace(b"\0", b"")))


def feed_links(page: Page) -> Found:
    """Article addresses of a feed in its order; problem ``broken-feed`` when it is none or gives none at all.

    A feed that breaks off in the middle gives the entries before the break.
    """
    import feedparser  # noqa: PLC0415 -- heavy

    parsed = feedparser.parse(io.BytesIO(page.body), sanitize_html=False, resolve_relative_uris=False)
    links: dict[str, None] = {}
    off_host = 0
    for entry in parsed.entries[:MAX_LINKS]:
        url = absolute(page.url, str(entry.get("link") or ""))
        if url and may_ask(url, page.hosts):
            links[url] = None
        elif url:
            off_host += 1
    broken = not links and not off_host and (parsed.bozo or not parsed.version)
    older = (absolute(page.url, str(link.get("href") or "")) for link in parsed.feed.get("links", []) if _is_next(link))
    following = next((url for url in older if url and url != page.url and may_ask(url, page.hosts)), "")
    return Found(tuple(Link(url, "article") for url in links), off_host, "broken-feed" if broken else "", following)


def _is_next(link: dict[str, str]) -> bool:
    """Whether a feed's link leads to what is older (RFC 5005: paged and archived feeds)."""
    return link.get("rel") in {"next", "prev-archive"}
