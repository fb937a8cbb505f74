"""Which pages an account opens: none without a role, and of the desk only what the role may read.

A view says otherwise by a mark: ``every_role`` (a page for whoever has a role), ``without_role`` (signing out, the
own password). What a view does beyond reading it checks itself with ``permission_required``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from index.office.rights import role_of

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])
_EVERY, _WITHOUT = "soatin_every_role", "soatin_without_role"


def every_role(view: _View) -> _View:
    """A page for every account that has a role."""
    setattr(view, _EVERY, True)
    return view


def without_role(view: _View) -> _View:
    """A page for every account that is signed in."""
    setattr(view, _WITHOUT, True)
    return view


class RoleRequired:
    """Stands after Django's LoginRequiredMiddleware, which lets nobody pass who is not signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _arguments: Any, _named: Any
    ) -> HttpResponse | None:
        """Refuse, lead to the role's own first page, or let pass."""
        if not getattr(view, "login_required", True) or getattr(view, _WITHOUT, False):
            return None
        role = role_of(request.user) if isinstance(request.user, User) else None
        if role is None:
            raise PermissionDenied
        if getattr(view, _EVERY, False) or request.user.has_perm("archive.read_desk"):
            return None
        if request.path == "/":
            return redirect(role.home)
        raise PermissionDenied
