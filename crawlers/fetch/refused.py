"""Why a request brought nothing: our own refusals, and the reason of whatever Twisted and Scrapy fail with."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from twisted.internet.error import TimeoutError as TwistedTimeoutError

from core.sources.addresses import netloc_of
from crawlers.fetch.resolver import private_names


class RequestRefusedError(IgnoreRequest):
    """A request that we do not make or an answer that we do not take; ``reason`` is a Drop's."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason} {detail}")


def reason_of(error: BaseException, url: str) -> tuple[str, str]:
    """Reason and detail of a Drop for whatever a request failed with."""
    if refused := _refusal(error):
        return refused.reason, refused.detail
    host = netloc_of(url).rsplit(":", 1)[0]
    if host in private_names:
        return "private-address", f"{host} resolves to a private address"
    detail = " ".join(str(error).split())[:200]
    if "certificate" in detail.lower() or "VerificationError" in detail:
        return "bad-certificate", "the hint insecure_tls = true in the source's file asks it all the same"
    if isinstance(error, DownloadTimeoutError | TwistedTimeoutError):
        return "timeout", detail
    if isinstance(error, DownloadCancelledError):
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
