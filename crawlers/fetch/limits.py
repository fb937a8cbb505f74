"""Limits of Scrapy's HTTP client that neither Scrapy nor Twisted has a setting for: the headers of an answer."""

from __future__ import annotations

from scrapy.core.downloader.handlers import http11

from crawlers.fetch.refused import RequestRefusedError

_HEADER_BYTES = 64 * 1024
"""Of all headers of one answer together; Twisted limits the line only, and lines without end would fill the memory."""


class LimitedParser(http11._LenientHTTPClientParser):  # noqa: SLF001  # as the module says
    """Gives an answer up when its headers do not end. Put in the place of Scrapy's by :func:`limit_headers`."""

    _received = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  # Twisted's name
        """One line of the status and headers. Raises RequestRefusedError, which fails the request."""
        self._received += len(line) + 1
        if self._received > _HEADER_BYTES:
            raise RequestRefusedError("too-large", f"more than {_HEADER_BYTES} bytes of headers")
        super().lineReceived(line)


def limit_headers() -> None:
    """Make this process's HTTP client use it (crawlers.fetch.run calls this, tests/crawlers/test_round.py runs it)."""
    http11._LenientHTTPClientParser = LimitedParser  # type: ignore[misc]  # noqa: SLF001
