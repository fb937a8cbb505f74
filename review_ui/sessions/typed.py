"""What was typed into a form whose sender turned out to be signed out: carried through the sign-in page, shown again
afterwards, and sent on only when the person says so. Nothing is stored.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

_LONGEST = 100_000
_OURS = frozenset({"csrfmiddlewaretoken", "typed", "typed_to", "username", "password", "next"})


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page with what was typed in it."""
    kept = json.dumps([(name, value) for name, values in request.POST.lists() for value in values if name not in _OURS])
    page: dict[str, Any] = {"next": request.get_full_path(), "signed_out": True}
    if len(kept) <= _LONGEST:
        page |= {"typed": kept, "typed_to": request.get_full_path()}
    return render(request, "desk/accounts/signin.html", page)


def carried(request: HttpRequest) -> dict[str, str]:
    """What a sign-in page brought along, for the page that shows it again; empty where there is nothing."""
    to = request.POST.get("typed_to", "")
    if not to or not url_has_allowed_host_and_scheme(to, allowed_hosts=None) or not _pairs(request):
        return {}
    return {"typed": request.POST["typed"], "typed_to": to}


def show_again(request: HttpRequest) -> HttpResponse:
    """The page after signing in: what was typed, with a button that sends it on."""
    return render(request, "desk/accounts/typed.html", {"to": request.POST["typed_to"], "pairs": _pairs(request)})


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    text = request.POST.get("typed", "")
    try:
        found = json.loads(text) if len(text) <= _LONGEST else []
        return [(str(name), str(value)) for name, value in found if name not in _OURS]
    except (ValueError, TypeError):
        return []
