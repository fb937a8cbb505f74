"""What a robots.txt allows us, by RFC 9309: asked by the crawl and by ``soatin sources check`` alike.

The rules of the groups that name our product token are ours, else those for ``*``; a word of the user agent's comment
(a contact, a domain) is no name. Of a long file the first 512 KiB count, and a byte order mark is no part of it.
"""

from __future__ import annotations

import re

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser

MOST = 512 * 1024
"""Bytes: RFC 9309, 2.5, asks for at least 500 KiB."""
LONGEST_DELAY = 60.0
"""Seconds: a longer Crawl-delay would keep a feed's articles from being read at all."""
_BOM = b"\xef\xbb\xbf"
_GROUP = re.compile(r"^(\s*user[ -]?agent\s*:?\s*)([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_OTHER = "0"
"""The name that groups of other crawlers get: no product token has a digit."""


class Rules(RobotParser):
    """The rules for one product in one robots.txt. Scrapy makes it with :meth:`from_crawler` (its ROBOTSTXT_PARSER)."""

    def __init__(self, body: bytes, user_agent: str) -> None:
        """``body``: of the file as received, b'' when the host has none."""
        self._product = product_of(user_agent)
        if len(body) > MOST:
            body = body[:MOST].rpartition(b"\n")[0]  # a rule that is cut would mean another
        text = body.removeprefix(_BOM).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        self._rules = Protego.parse(_GROUP.sub(self._named, text))

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Rules:
        """The rules for the crawler's user agent."""
        return cls(robotstxt_body, crawler.settings.get("USER_AGENT") or "")

    def _named(self, found: re.Match[str]) -> str:
        """The line that names a group, for our product, for all, or for nobody that is us."""
        value = found[2].strip()
        token = _TOKEN.match(value)
        ours = token is not None and token[0].lower() == self._product
        return found[1] + ("*" if value == "*" else self._product if ours else _OTHER)

    def allowed(self, url: str | bytes, user_agent: str | bytes = "") -> bool:  # noqa: ARG002  # Scrapy's signature
        """Whether an address may be asked for."""
        return self._rules.can_fetch(url.decode() if isinstance(url, bytes) else url, self._product)

    def crawl_delay(self, user_agent: str | bytes = "") -> float:  # noqa: ARG002  # as above
        """Seconds that the host asks for between two requests, at most a minute; 0 when it asks for none."""
        return min(float(self._rules.crawl_delay(self._product) or 0), LONGEST_DELAY)


def product_of(user_agent: str) -> str:
    """The product token of a user agent: what stands before its version, in lower case."""
    token = _TOKEN.match(user_agent)
    return token[0].lower() if token else ""
