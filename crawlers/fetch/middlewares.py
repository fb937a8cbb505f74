"""What stands between a hostile web and us: Scrapy middlewares and the resolver (named in crawlers.fetch.run)."""

from __future__ import annotations

import http
import ipaddress
from datetime import datetime
from typing import Any, Protocol, cast
from urllib.parse import urljoin

from scrapy import Spider
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from core.sources.addresses import may_ask, netloc_of
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.robots_rules import Rules
from crawlers.page.encodings import TooLargeError, UndecodableError, decompress

_ROBOTS_BYTES = 8 * 1024 * 1024
"""Of a robots.txt that are received; how many of these count says crawlers.fetch.robots_rules."""
_HEADER_BYTES = 64 * 1024
"""Of all headers of one answer together; Twisted limits the line only, and lines without end would fill the memory."""
_MARGIN, _MOST_MARGIN = 0.1, 0.25
"""Share of a delay, and seconds, that are added to it."""
private_names: set[str] = set()
"""Host names that resolved to a private address in this round; none of them was asked."""


class RequestRefusedError(IgnoreRequest):
    """A request that we do not make or an answer that we do not take; ``reason`` is a Drop's."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason} {detail}")


def spaced(delay: float) -> float:
    """Seconds for Scrapy to leave between two requests to a host, so that they arrive at least ``delay`` apart: it
    counts from when it begins one, and a connection that is slow to open brings that one nearer to the next.
    """
    return delay + min(_MARGIN * delay, _MOST_MARGIN)


def is_local(host: str) -> bool:
    """Whether a source's host entry itself is an IP address or localhost: then its owner means that machine."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class LimitedParser(http11._LenientHTTPClientParser):  # noqa: SLF001  # neither Scrapy nor Twisted has a setting for it
    """Gives an answer up when its headers do not end. Put in the place of Scrapy's by :func:`limit_headers`."""

    _received = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  # Twisted's name
        """One line of the status and headers. Raises RefusedError, which fails the request."""
        self._received += len(line) + 1
        if self._received > _HEADER_BYTES:
            raise RequestRefusedError("too-large", f"more than {_HEADER_BYTES} bytes of headers")
        super().lineReceived(line)


def limit_headers() -> None:
    """Make this process's HTTP client use it (crawlers.fetch.run calls this, tests/crawlers/test_round.py runs it)."""
    http11._LenientHTTPClientParser = LimitedParser  # type: ignore[misc]  # noqa: SLF001


class PublicResolver(CachingThreadedResolver):
    """Resolves names, but never to a private, loopback or link-local address."""

    local: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """As Scrapy makes it, knowing which hosts the sources name as local."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.local = frozenset(crawler.settings.getlist("SOATIN_LOCAL_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802  # Twisted's name
        """The IPv4 address of ``name``; fails with DNSLookupError when it is not a public one."""

        def check(address: str) -> str:
            if name not in self.local and not ipaddress.ip_address(address).is_global:
                private_names.add(name.lower())
                raise DNSLookupError(f"{name} has the private address {address}")
            return address

        return super().getHostByName(name, timeout).addCallback(check)


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
                "source": request.meta["source"],
                "hosts": request.meta["hosts"],
                "role": "robots",
                "download_maxsize": _ROBOTS_BYTES,
                "proxy": request.meta.get("proxy"),
            }
            scheme = request.url.split(":", 1)[0]
            asked = Request(
                f"{scheme}://{netloc}/robots.txt", priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK
            )
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


class Redirects(RedirectMiddleware):
    """Redirects, a limited number, only to http(s) addresses on the source's own hosts."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  # Scrapy's signature
    ) -> Request | Response:
        """The next request, or the response when it is no redirect. Raises RefusedError."""
        location = response.headers.get("Location")
        if location is None or response.status not in {301, 302, 303, 307, 308}:
            return response
        target = urljoin(request.url, location.decode("latin-1").strip())
        if not may_ask(target, request.meta["hosts"]):
            raise RequestRefusedError("off-host", f"redirect to {target[:200]}")
        if request.meta.get("redirect_times", 0) >= self.max_redirect_times:
            raise RequestRefusedError("redirects", f"more than {self.max_redirect_times}")
        following = super().process_response(request, response)
        if isinstance(following, Request):
            following.meta["download_slot"] = netloc_of(following.url)
        return following

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002  # Scrapy's signature
        """We never say where we came from."""
        request.headers.pop("Referer", None)


class Keeper(Protocol):
    """What the middlewares need of the spider."""

    stopping: bool
    warc: WarcWriter
    pauses: dict[str, datetime]


def keeper(crawler: Crawler) -> Keeper:
    """The spider of this crawl."""
    return cast("Keeper", crawler.spider)


class Evidence:
    """Keeps each response as received in the WARC file, then takes off the content encoding, within the limit."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Evidence:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say which encodings we can take off; ask nothing more once the round's time is up."""
        if keeper(self._crawler).stopping:
            raise RequestRefusedError("round-timeout")
        # A key that an interface repeats in its answers can be found and hidden only in what is not compressed.
        request.headers["Accept-Encoding"] = b"identity" if request.meta.get("keyed") else b"gzip, deflate, br"

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises RefusedError for a bomb or broken encoding; a bomb is not kept, only that it came."""
        encoding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        try:
            body = decompress(response.body, encoding, int(request.meta.get("download_maxsize", self._limit)))
        except TooLargeError:
            raise RequestRefusedError(
                "too-large", f"{len(response.body)} bytes received, more when decompressed"
            ) from None
        except UndecodableError as error:
            self._keep(request, response)
            raise RequestRefusedError("undecodable", str(error)) from None
        self._keep(request, response.replace(body=body) if request.meta.get("keyed") else response)
        request.meta["requests"] = request.meta.get("requests", 0) + 1
        return response.replace(body=body) if encoding else response

    def _keep(self, request: Request, response: Response) -> None:
        role = "redirect" if 300 <= response.status < 400 else request.meta["role"]
        asked = (request.meta.get("redirect_urls") or [request.url])[0]
        reason = http.HTTPStatus(response.status).phrase if response.status in set(http.HTTPStatus) else ""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if not (request.meta.get("keyed") and name.lower() in {b"content-encoding", b"content-length"})
        ]
        keeper(self._crawler).warc.response(
            url=response.url,
            status=response.status,
            reason=reason,
            headers=headers,
            body=response.body,
            soatin={
                "Source": request.meta["source"],
                "Role": role,
                "Requested": asked if asked != response.url else "",
            },
        )


def reason_of(error: BaseException, url: str) -> tuple[str, str]:
    """Reason and detail of a Drop for whatever a request failed with."""
    from scrapy import exceptions as scrapy_errors  # noqa: PLC0415 -- heavy
    from twisted.internet import error as twisted_errors  # noqa: PLC0415 -- heavy: starts a reactor

    if refused := _refusal(error):
        return refused.reason, refused.detail
    host = netloc_of(url).rsplit(":", 1)[0]
    if host in private_names:
        return "private-address", f"{host} resolves to a private address"
    detail = " ".join(str(error).split())[:200]
    if "certificate" in detail.lower() or "VerificationError" in detail:
        return "bad-certificate", "the hint insecure_tls = true in the source's file asks it all the same"
    if isinstance(error, scrapy_errors.DownloadTimeoutError | twisted_errors.TimeoutError):
        return "timeout", detail
    if isinstance(error, scrapy_errors.DownloadCancelledError):
        return "too-large", detail
    return "network", f"{type(error).__name__}: {detail}"


def _refusal(error: BaseException) -> RequestRefusedError | None:
    """Our own refusal, also where Twisted and Scrapy wrapped it."""
    seen: list[BaseException] = [error]
    for one in seen:
        if isinstance(one, RequestRefusedError):
            return one
        inner = [reason.value for reason in getattr(one, "reasons", ()) or () if reason.value is not None]
        cause = one.__cause__
        seen += [*inner[:5], *([cause] if cause is not None and len(seen) < 20 else [])]
    return None
