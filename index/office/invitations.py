"""One-time links: 256 bits of chance, of which the hash is kept, used once even when opened many times at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from index.models import Invitation
from index.proof import audit

HOURS = 72.0


def make(by: str, user: User, *, hours: float = HOURS) -> str:
    """The text of a new link for this account, never to be had again. Links made before are void from now on."""
    text, moment = secrets.token_urlsafe(32), clock.now()
    with transaction.atomic():
        void(user)
        row = Invitation.objects.create(
            user=user, hash=_hash(text), made_by=by, made=moment, expires=moment + timedelta(hours=hours)
        )
        detail = {"name": user.get_username(), "expires": row.expires.isoformat()}
        audit.record(by, "account.link", f"user:{user.pk}", detail)
    return text


def redeem(text: str) -> User | None:
    """The account whose link this is, and the link is spent; None: wrong, spent, too old, or the account disabled."""
    moment = clock.now()
    fresh = Invitation.objects.filter(hash=_hash(text), used=None, expires__gt=moment, user__is_active=True)
    row = fresh.select_related("user").first()
    # The condition is asked again in the UPDATE itself: of many that come at once one changes a row.
    if row is None or not Invitation.objects.filter(pk=row.pk, used=None).update(used=moment):
        return None
    return row.user


def void(user: User) -> None:
    """No link of this account opens anything any more."""
    Invitation.objects.filter(user=user, used=None).update(used=clock.now())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
