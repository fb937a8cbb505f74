"""HTTPS whose certificates are verified; only a source with the hint ``insecure_tls = true`` is asked without."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.contextfactory import _load_context_factory_from_settings, _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.web.client import BrowserLikePolicyForHTTPS


class Trust(BrowserLikePolicyForHTTPS):
    """Verifies by the machine's own authorities (OpenSSL's, or those of ``SSL_CERT_FILE``), except on ``lax`` hosts."""

    def __init__(self, crawler: Crawler, lax: frozenset[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._strict: Any = _load_context_factory_from_settings(crawler)
        self._unverified = _ScrapyClientContextFactory.from_crawler(crawler)
        self._unverified._verify_certificates = False  # noqa: SLF001  # Scrapy has one setting for all hosts
        self._lax = lax

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802  # Twisted's name
        """Connection options for a host."""
        host = hostname.decode("ascii").lower()
        host = f"[{host}]" if ":" in host else host
        lax = (host if port == 443 else f"{host}:{port}") in self._lax
        return (self._unverified if lax else self._strict).creatorForNetloc(hostname, port)


class HttpsHandler(HTTP11DownloadHandler):
    """Scrapy's handler with our trust (named in crawlers.fetch.run; tests/crawlers/test_pace.py runs it)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._contextFactory: Any = Trust(crawler, frozenset(crawler.settings.getlist("SOATIN_INSECURE_HOSTS")))
