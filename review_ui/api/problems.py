"""Errors of the API as problem documents (RFC 9457, application/problem+json)."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from index import away
from index.query.parse import QueryError
from index.search import RebuildNeededError, SearchError

MEDIA_TYPE = "application/problem+json"


class Wrong(Schema):
    """One value that cannot be taken."""

    where: str
    message: str


class Problem(Schema):
    """What went wrong. ``position``: the character of the query at which it is wrong."""

    type: str
    title: str
    status: int
    detail: str
    position: int | None = None
    errors: list[Wrong] | None = None


class ApiError(Exception):
    """An answer of the API that is an error."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def answer(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    """A problem document."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE, headers=headers or {}
    )


def install(api: NinjaAPI) -> None:
    """Answer every error of this API with a problem document. Handlers take Any: ninja types them oddly."""
    api.add_exception_handler(ApiError, _api_error)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(QueryError, _wrong_query)
    api.add_exception_handler(SearchError, _search_away)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Exception, _broken)


def _api_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status, error.detail, error.headers, **error.more)


def _unauthenticated(_request: HttpRequest, _error: Any) -> HttpResponse:
    detail = "a token in force is needed: Authorization: Bearer soatin_…"
    return answer(401, detail, {"WWW-Authenticate": 'Bearer realm="soatin"'})


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in row.get("loc", ())), "message": str(row.get("msg", ""))}
        for row in error.errors
    ]
    return answer(422, "some values cannot be taken", errors=errors)


def _wrong_query(_request: HttpRequest, error: Any) -> HttpResponse:
    return answer(400, error.message, position=error.position)


def _search_away(_request: HttpRequest, error: Any) -> HttpResponse:
    why = "search must be rebuilt" if isinstance(error, RebuildNeededError) else "search is away at the moment"
    return answer(503, f"{why}; documents and claims can still be read", {"Retry-After": "60"})


def _missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return answer(404, "there is no such thing here")


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error.status_code, str(error))


def archive_away() -> HttpResponse:
    """The archive's database cannot be used just now."""
    return answer(503, "the archive is away at the moment; nothing is lost, ask again later", {"Retry-After": "30"})


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    if said := away.words(error):
        logging.getLogger("review_ui.api").error("%s: the archive is away: %s", request.path, said)
        return archive_away()
    logging.getLogger("review_ui.api").error("%s: %s", request.path, type(error).__name__, exc_info=error)
    return answer(500, "something broke here; it is in the server's log")
