"""Where an answer may lead."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapy import Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response

from core.sources.addresses import may_ask, netloc_of
from crawlers.fetch.ask import carried
from crawlers.fetch.refused import RequestRefusedError


class Redirects(RedirectMiddleware):
    """Redirects, a limited number, only to http(s) addresses on the source's own hosts."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  # Scrapy's signature
    ) -> Request | Response:
        """The next request, or the response when it is no redirect. Raises RequestRefusedError."""
        location = response.headers.get("Location")
        if location is None or response.status not in {301, 302, 303, 307, 308}:
            return response
        target = urljoin(request.url, location.decode("latin-1").strip())
        if not may_ask(target, carried(request).hosts):
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
