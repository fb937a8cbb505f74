"""Addresses of the API. Every one of them, unknown ones too, answers with JSON and asks for no signed-in person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from review_ui.api.description import describe
from review_ui.api.endpoints import api
from review_ui.api.problems import answer

View = Callable[..., HttpResponseBase]


def start(request: HttpRequest) -> HttpResponse:
    """Where to go from here."""
    names = ("openapi.json", "search", "claims", "reports")
    links = {name: request.build_absolute_uri(f"/api/{name}") for name in names}
    return JsonResponse({"soatin": "1", **links})


def openapi(_request: HttpRequest) -> HttpResponse:
    """The API's description (OpenAPI 3.1). It holds no data, so it is given to anybody."""
    return JsonResponse(describe(api))


def missing(request: HttpRequest) -> HttpResponse:
    """Any other address."""
    return answer(404, f"there is nothing at {request.path[:200]}")


def _open(view: View) -> View:
    """A view that needs no signed-in person; a method that it does not know is a problem document too."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        response = view(request, *arguments, **named)
        if response.status_code == 405:
            return answer(405, f"{request.method} is not possible here", {"Allow": response.headers["Allow"]})
        return response

    opened: View = csrf_exempt(login_not_required(wrapped))
    return opened


def _patterns() -> list[URLPattern]:
    """The endpoints, without names: the desk's pages have the same ones."""
    found = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    kept = [pattern for pattern in found if pattern.name not in {"api-root", "openapi-json"}]
    return [path(str(pattern.pattern), _open(pattern.callback)) for pattern in kept]


urlpatterns = [
    path("", _open(start), name="api"),
    path("openapi.json", _open(openapi), name="openapi"),
    *_patterns(),
    re_path(r"^.*$", _open(missing)),
]
