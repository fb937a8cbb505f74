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
