"""robots.txt, asked once of each host and obeyed."""

from __future__ import annotations

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from core.sources.addresses import netloc_of
from crawlers.fetch.ask import Ask, carried, carry
from crawlers.fetch.delays import spaced
from crawlers.fetch.refused import RequestRefusedError, reason_of
from crawlers.fetch.robots.rules import Rules

_ROBOTS_BYTES = 8 * 1024 * 1024
"""Of a robots.txt that are received; how many of these count says crawlers.fetch.robots.rules."""


class Robots(RobotsTxtMiddleware):
    """robots.txt by RFC 9309: redirects within the source's hosts, nothing allowed while it cannot be had."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._refused: dict[str, str] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002  # Scrapy's
        """Refuse what robots.txt refuses, or what we cannot know it allows."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        try:
            await super().process_request(request)
        except IgnoreRequest:
            raise RequestRefusedError("robots", "Disallow") from None
        netloc = netloc_of(request.url)
        if netloc in self._refused:
            raise RequestRefusedError(self._refused[netloc], "robots.txt cannot be had")

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host, asked for once."""
        netloc = netloc_of(request.url)
        if netloc not in self._parsers:
            self._parsers[netloc] = Deferred()
            meta = {
                "dont_obey_robotstxt": True,
                "download_slot": netloc,
                "download_maxsize": _ROBOTS_BYTES,
                "proxy": request.meta.get("proxy"),
            }
            scheme = request.url.split(":", 1)[0]
            ask = Ask(carried(request).poll, f"{scheme}://{netloc}/robots.txt", "robots", depth=1)
            asked = carry(Request(ask.url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK), ask)
            try:
                response = await self.crawler.engine.download_async(asked)
                if response.status >= 500 or response.status == 429:
                    raise RequestRefusedError("robots", f"robots.txt answers {response.status}")  # noqa: TRY301  # one way out
                if response.status >= 400:  # no rules: all is allowed
                    response = response.replace(body=b"")
                await self._parse_robots(response, netloc, request)
                self._slow_down(netloc)
            except Exception as error:  # noqa: BLE001  # whatever keeps us from the rules forbids the host
                self._refused[netloc] = reason_of(error, asked.url)[0]
                self._robots_error(error if isinstance(error, IgnoreRequest) else IgnoreRequest(str(error)), netloc)
        parser = self._parsers[netloc]
        return await maybe_deferred_to_future(parser) if isinstance(parser, Deferred) else parser

    def _slow_down(self, netloc: str) -> None:
        """Keep the Crawl-delay that a host asks for when it is longer than ours, up to a minute."""
        parser = self._parsers[netloc]
        asked = parser.crawl_delay() if isinstance(parser, Rules) else 0.0
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(netloc)
        if not asked or slot is None or not spaced(asked) > slot.delay:
            return
        slot.delay = spaced(asked)
        known = downloader.per_slot_settings.get(netloc, {"concurrency": 1, "jitter": 0.0})
        downloader.per_slot_settings[netloc] = {**known, "delay": slot.delay}  # for when Scrapy makes the slot anew
