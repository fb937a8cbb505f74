"""Keys to the JSON API: made by a person for a program, with scopes and an end. Only the hash is kept.

A token holds 256 bits of chance, so a plain SHA-256 suffices: there is nothing to guess through a dictionary.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from core.codes.work import ApiScope
from core.errors import UsageError
from index.models import ApiToken
from index.proof import audit

SCOPES = tuple(str(scope) for scope in ApiScope)
DAYS = (7, 30, 90, 365)
PREFIX = "soatin_"
MOST = 20
_SHOWN = 12
_NOTED_EVERY = timedelta(minutes=1)


def make(user: User, name: str, scopes: Sequence[str], days: int) -> tuple[ApiToken, str]:
    """A new token and its text, which is never to be had again. Raises UsageError."""
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen or days not in DAYS or not name.strip():
        raise UsageError("a token needs a name, a scope and a duration", where="token", cure="choose them")
    moment = clock.now()
    if ApiToken.objects.filter(owner=user, revoked=None, expires__gt=moment).count() >= MOST:
        raise UsageError(f"more than {MOST} tokens in force", where=user.get_username(), cure="revoke one first")
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            owner=user, name=name.strip()[:80], shown=text[:_SHOWN], hash=_hash(text), scopes=chosen,
            created=moment, expires=moment + timedelta(days=days),
        )  # fmt: skip
        detail = {"name": token.name, "scopes": chosen, "expires": token.expires.isoformat()}
        audit.record(user.get_username(), "token.make", f"token:{token.pk}", detail)
    return token, text


def find(text: str, moment: datetime | None = None) -> ApiToken | None:
    """The token in force with this text, of an account that is in force; None for any other."""
    moment = moment or clock.now()
    if not text.startswith(PREFIX) or not text.isascii() or len(text) > 100:
        return None
    token = ApiToken.objects.select_related("owner").filter(hash=_hash(text), revoked=None, expires__gt=moment).first()
    if token is None or not token.owner.is_active:
        return None
    if token.last_used is None or moment - token.last_used > _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used=moment)
    return token


def revoke(user: User, token: ApiToken) -> None:
    """End it now. Twice is once."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=clock.now()):
            audit.record(user.get_username(), "token.revoke", f"token:{token.pk}", {"name": token.name})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
