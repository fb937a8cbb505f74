"""What others send to us: messages to the Zalo Official Account, as Zalo's webhook brings them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from core import zalo as messages
from core.model.documents import Document, sha256_hex
from core.model.drops import Drop
from index.archive import intake
from review_ui.rates import RateLimit

MOST_BYTES = 64 * 1024
"""Zalo's longest text message has 2,000 characters."""
OLDEST = timedelta(hours=24)
"""Zalo sends an event again for hours when it was not answered; what is older than this was recorded and sent anew."""
AHEAD = timedelta(minutes=5)
ALL = RateLimit(1200, 60)
BY_SENDER = RateLimit(30, 60)
REFUSED = RateLimit(10, 60)
"""So many refused requests a minute are counted one by one, so that nobody can fill the archive with them."""


@csrf_exempt  # a machine sends it, with a signature and without any cookie of ours
@login_not_required
@require_POST
def zalo(request: HttpRequest) -> HttpResponse:
    """Take a message in as a tip. Answers have no body: 404 while it is not set up, 413 too large, 403 not from Zalo or
    too old, 429 too many (Zalo sends them again), 200 taken, known before, or nothing to take.
    """
    app_id, secret = str(settings.SOATIN.zalo_app_id), str(settings.SOATIN.zalo_oa_secret)
    if not app_id or not secret:
        return HttpResponse(status=404)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _refuse(413, "too-large", "")
    event = _event(request.body)
    signature = request.headers.get("X-ZEvent-Signature", "")
    if event is None or not messages.is_signed(request.body, signature, event, app_id, secret):
        return _refuse(403, "bad-signature", sha256_hex(request.body + signature.encode()))
    moment, now = messages.moment_of(event["timestamp"]), clock.now()
    if moment is None or not now - OLDEST <= moment <= now + AHEAD:
        return _refuse(403, "replayed", sha256_hex(request.body))
    if wait := ALL.wait(0):
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    _take(event)
    return HttpResponse(status=200)


def _event(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _take(event: dict[str, Any]) -> None:
    tip = messages.tip_of_event(event, clock.now())
    if isinstance(tip, Document) and tip.author and BY_SENDER.wait(int(sha256_hex(tip.author)[:15], 16)):
        tip = Drop("crawl", "rate-limit", messages.SOURCE, tip.url)
    if tip is not None:
        intake.take_in([tip], {})


def _refuse(status: int, reason: str, identity: str) -> HttpResponse:
    """Refuse without saying why; the same request twice counts once."""
    if not REFUSED.wait(0):
        intake.take_in([Drop("crawl", reason, messages.SOURCE)], {}, identity or clock.now().isoformat())
    return HttpResponse(status=status)
