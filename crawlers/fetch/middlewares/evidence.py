"""Each answer becomes evidence before anybody reads it."""

from __future__ import annotations

import http

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawlers.fetch.ask import carried
from crawlers.fetch.middlewares.keeper import keeper
from crawlers.fetch.refused import RequestRefusedError
from crawlers.page.encodings import TooLargeError, UndecodableError, decompress


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
        request.headers["Accept-Encoding"] = b"identity" if carried(request).secret else b"gzip, deflate, br"

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises RequestRefusedError for a bomb or broken encoding; a bomb is not kept, only that it came."""
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
        ask = carried(request)
        self._keep(request, response.replace(body=body) if ask.secret else response)
        ask.answers += 1
        return response.replace(body=body) if encoding else response

    def _keep(self, request: Request, response: Response) -> None:
        ask = carried(request)
        role = "redirect" if 300 <= response.status < 400 else ask.role
        asked = (request.meta.get("redirect_urls") or [request.url])[0]
        reason = http.HTTPStatus(response.status).phrase if response.status in set(http.HTTPStatus) else ""
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if not (ask.secret and name.lower() in {b"content-encoding", b"content-length"})
        ]
        keeper(self._crawler).warc.response(
            url=response.url,
            status=response.status,
            reason=reason,
            headers=headers,
            body=response.body,
            soatin={
                "Source": ask.poll.source.name,
                "Role": role,
                "Requested": asked if asked != response.url else "",
            },
        )
