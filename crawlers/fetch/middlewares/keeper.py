"""What the middlewares need of the spider."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, cast

from scrapy.crawler import Crawler

from crawlers.evidence.warc import WarcWriter


class Keeper(Protocol):
    """The spider, as far as the middlewares know it."""

    stopping: bool
    warc: WarcWriter
    pauses: dict[str, datetime]


def keeper(crawler: Crawler) -> Keeper:
    """The spider of this crawl."""
    return cast("Keeper", crawler.spider)
