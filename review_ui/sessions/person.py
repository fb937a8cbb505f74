"""Who is at the desk."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def signed_in(request: HttpRequest) -> User:
    """The account of this request. Middleware lets nobody else here; should it ever, access is denied."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def full_name(user: User) -> str:
    """What a person is called on screens: the full name, the account's where none is given."""
    return user.get_full_name() or user.get_username()


def by_script(request: HttpRequest) -> bool:
    """Whether the desk's script asks, which reads answers in JSON."""
    return "application/json" in request.headers.get("Accept", "")
