"""What is answered when something broke or is refused, always with a way back; an archive that cannot be used just now
has words and a status of its own.
"""

from __future__ import annotations

import sys
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from index import away
from index.office.rights import role_of
from index.proof import audit
from review_ui.api.problems import archive_away
from review_ui.sessions.addresses import client_address

RETRY = "30"  # seconds


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for errors that nobody caught. It asks the database nothing, so it works without one."""
    said = away.words(sys.exc_info()[1])
    if not said:
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    if request.path.startswith("/api/"):
        return archive_away()
    page = loader.render_to_string("desk/away.html")
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """What no browser sends by itself, or a host name that is not ours: the page is made without the request."""
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """What the account may not do or see. It goes on record."""
    user = getattr(request, "user", None)
    without = False
    if isinstance(user, User):
        without = role_of(user) is None
        detail = {"method": str(request.method)[:10], "from": client_address(request)}
        audit.record(user.get_username(), "refused", request.path, detail)
    return render(request, "403.html", {"without_role": without}, status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """A form that was left open too long, or that did not come from our pages."""
    return render(request, "desk/accounts/stale.html", status=403)


def locked_out(request: HttpRequest, *_axes: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address (django-axes)."""
    return render(request, "desk/accounts/locked.html", status=429)


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Too many sign-ins from one address."""
    response = render(request, "desk/accounts/locked.html", {"soon": True}, status=429)
    response["Retry-After"] = str(seconds)
    return response
