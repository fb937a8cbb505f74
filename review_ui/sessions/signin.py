"""One-time sign-in links: signed, expiring, and spent by the first use (they carry the last sign-in's moment)."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import AbstractUser
from django.core import signing
from django.http import HttpRequest

SALT = "soatin.signin"


def make_token(user: AbstractUser, *, hours: float) -> str:
    """A token that signs this user in once within so many hours."""
    return signing.dumps({"user": user.pk, "last": _last(user), "hours": hours}, salt=SALT)


def redeem(request: HttpRequest, token: str) -> AbstractUser | None:
    """Sign the token's user in; None when it is wrong, spent or too old."""
    try:
        hours = float(signing.loads(token, salt=SALT)["hours"])
        data = signing.loads(token, salt=SALT, max_age=round(hours * 3600))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    user = get_user_model().objects.filter(pk=data["user"], is_active=True).first()
    if not isinstance(user, AbstractUser) or _last(user) != data["last"]:
        return None
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def _last(user: AbstractUser) -> str:
    return user.last_login.isoformat() if user.last_login else ""
