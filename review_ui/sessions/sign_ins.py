"""Every sign-in, sign-out, wrong password and lock-out goes on record, with the address that asked."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from index.proof import audit
from review_ui.sessions.addresses import client_address

BY_LINK = "soatin_by_link"
"""Mark of a request that signs somebody in by a one-time link."""
_UNKNOWN = "unknown account"
"""Stands for a name that no account has: people type their passwords there, and the record is kept for ever."""


def record_sign_ins() -> None:
    """Listen to Django and axes."""
    user_logged_in.connect(_signed_in, dispatch_uid="soatin.signin")
    user_logged_out.connect(_signed_out, dispatch_uid="soatin.signout")
    user_login_failed.connect(_refused, dispatch_uid="soatin.signin.refused")
    user_locked_out.connect(_locked, dispatch_uid="soatin.signin.locked")


def _signed_in(request: HttpRequest | None, user: User, **_more: Any) -> None:
    action = "signin.link" if getattr(request, BY_LINK, False) else "signin"
    audit.record(user.get_username(), action, f"user:{user.pk}", _from(request))


def _signed_out(request: HttpRequest | None, user: User | None, **_more: Any) -> None:
    if user is not None:
        audit.record(user.get_username(), "signout", f"user:{user.pk}", _from(request))


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    name, subject = _known(credentials.get("username"))
    audit.record(name, "signin.refused", subject, _from(request))


def _locked(request: HttpRequest | None = None, username: str | None = None, **_more: Any) -> None:
    name, subject = _known(username)
    audit.record(name, "signin.locked", subject, _from(request))


def _known(name: Any) -> tuple[str, str]:
    user = User.objects.filter(username=name).first() if isinstance(name, str) and "\0" not in name else None
    return (user.get_username(), f"user:{user.pk}") if user else (_UNKNOWN, "user:?")


def _from(request: HttpRequest | None) -> dict[str, str]:
    return {"from": client_address(request)} if request is not None else {}
