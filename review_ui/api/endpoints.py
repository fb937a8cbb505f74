"""The API's endpoints: search, documents, claims, reports."""

from __future__ import annotations

import html
import re
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from ninja import NinjaAPI, Path, Query, Schema

from index.archive.reading import latest_flags
from index.models import Claim, Document, Flag, Report, Verdict
from index.search import Hit, open_search
from index.search.address import asked
from index.views import queue
from index.views.standing import standing_on
from review_ui.api import shapes
from review_ui.api.access import ScopedBearer
from review_ui.api.problems import ApiError, Problem, install
from review_ui.report_files import TYPES

TITLE = "soatin"
DESCRIPTION = (
    "Search, documents, claims and reports of a soatin installation. Every request carries a token made at the desk "
    "(Authorization: Bearer soatin_…) with the scope search, read or reports; 120 requests a minute. Errors are "
    "problem documents (RFC 9457). There are no author names anywhere."
)
_MARKS = re.compile("</?mark>")
_WRONG: dict[Any, Any] = {frozenset({401, 403, 422, 429}): Problem}
Identity = Annotated[str, Path(pattern=r"^[0-9a-zA-Z_-]{1,40}$")]
Number = Annotated[int, Path(ge=1, le=shapes.BIGGEST)]
NEWEST = 100

api = NinjaAPI(title=TITLE, version="1", description=DESCRIPTION, docs_url=None, urls_namespace="api")
install(api)


@api.get(
    "/search",
    auth=ScopedBearer("search"),
    response={200: shapes.SearchOut, frozenset({400, 503}): Problem, **_WRONG},
    tags=["search"],
)
def search(request: HttpRequest, wanted: Query[shapes.SearchQuery]) -> dict[str, Any]:
    """Find documents: the query language and the filters of the search page."""
    _refuse_unknown(request, shapes.SearchQuery)
    if wanted.offset + wanted.limit > shapes.DEEPEST:
        raise ApiError(400, f"pages go as far as hit {shapes.DEEPEST}: narrow the search by words, days or filters")
    values = wanted.model_dump(mode="json", by_alias=True, exclude_none=True)
    query = asked({name: str(value) for name, value in values.items()})
    found = open_search(settings.SOATIN).search(query.query, query.filters, wanted.limit, wanted.offset, wanted.order)
    return {
        "total": found.total,
        "accents_ignored": found.loose,
        "next": _next(request, wanted.offset, wanted.limit, min(found.total, shapes.DEEPEST)),
        "hits": [_hit(hit) for hit in found.hits],
        "facets": {
            name: [{"value": value, "count": count} for value, count in rows] for name, rows in found.facets.items()
        },
        "timeline": [{"day": day, "count": count} for day, count in found.timeline],
    }


@api.get(
    "/documents/{document_id}",
    auth=ScopedBearer("read"),
    response={200: shapes.DocumentOut, 404: Problem, **_WRONG},
    tags=["documents"],
)
def document(request: HttpRequest, document_id: Identity) -> dict[str, Any]:
    """One document with its text, places, flag and verdict."""
    _refuse_unknown(request)
    row = Document.objects.select_related("claim").prefetch_related("places").filter(pk=document_id).first()
    if row is None:
        raise Http404
    flag = latest_flags([row.pk]).get(row.pk)
    return _plain(row) | {"flag": _flag(flag), "verdict": row.claim.verdict if row.claim else ""}


@api.get("/claims", auth=ScopedBearer("read"), response={200: shapes.ClaimPage, **_WRONG}, tags=["claims"])
def claims(request: HttpRequest, wanted: Query[shapes.ClaimQuery]) -> dict[str, Any]:
    """Claims: those that wait for a person by urgency, others the latest first."""
    _refuse_unknown(request, shapes.ClaimQuery)
    rows = Claim.objects.order_by("-last_seen", "id")
    if wanted.state == "waiting":
        rows = queue.waiting()
    elif wanted.state == "judged":
        rows = rows.exclude(verdict="")
    if wanted.verdict:
        rows = rows.filter(verdict=wanted.verdict.value)
    total, page = _page(rows, wanted)
    return {
        "total": total,
        "next": _next(request, wanted.offset, wanted.limit, total),
        "claims": [_claim(row) for row in page],
    }


@api.get(
    "/claims/{claim_id}",
    auth=ScopedBearer("read"),
    response={200: shapes.ClaimDetail, 404: Problem, **_WRONG},
    tags=["claims"],
)
def claim(request: HttpRequest, claim_id: Number) -> dict[str, Any]:
    """One claim with its findings and its newest documents."""
    _refuse_unknown(request)
    row = Claim.objects.filter(pk=claim_id).first()
    if row is None:
        raise Http404
    verdicts = Verdict.objects.filter(claim=row, retracts=None).select_related("retracted_by").order_by("id")
    stands = standing_on(row.pk)
    newest = row.documents.defer("text").order_by("-moment", "id")[:NEWEST]
    return _claim(row) | {
        "verdicts": [
            {"value": v.value, "at": v.at, "retracted": hasattr(v, "retracted_by"), "stands": v == stands}
            for v in verdicts
        ],
        "newest": [
            {"id": d.pk, "title": d.title, "source": d.source, "source_kind": d.source_kind, "moment": d.moment}
            for d in newest
        ],
    }


@api.get("/reports", auth=ScopedBearer("reports"), response={200: shapes.ReportPage, **_WRONG}, tags=["reports"])
def reports(request: HttpRequest, wanted: Query[shapes.PageQuery]) -> dict[str, Any]:
    """Reports, newest first."""
    _refuse_unknown(request, shapes.PageQuery)
    total, page = _page(Report.objects.defer("data").order_by("-slot", "-id"), wanted)
    return {
        "total": total,
        "next": _next(request, wanted.offset, wanted.limit, total),
        "reports": [_report(request, row) for row in page],
    }


@api.get(
    "/reports/{report_id}/{form}", auth=ScopedBearer("reports"), response={404: Problem, **_WRONG}, tags=["reports"]
)
def report_file(
    request: HttpRequest,
    report_id: Number,
    form: Literal["docx", "pdf"],
) -> FileResponse:
    """A report as it was delivered."""
    _refuse_unknown(request)
    row = Report.objects.defer("data").filter(pk=report_id).first()
    name = str(getattr(row, form)) if row else ""
    path = settings.SOATIN.report_dir / name
    if not name or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type=TYPES[form], filename=name, as_attachment=True)


def _refuse_unknown(request: HttpRequest, known: type[Schema] = Schema) -> None:
    """A misspelt or repeated condition that is passed over would answer another question than the one asked."""
    names = {field.alias or name for name, field in known.model_fields.items()}
    wrong = dict.fromkeys(sorted(set(request.GET) - names), "there is no such parameter here")
    wrong |= {name: "given more than once" for name in sorted(names) if len(request.GET.getlist(name)) > 1}
    if wrong:
        errors = [{"where": f"query.{name[:80]}", "message": message} for name, message in list(wrong.items())[:20]]
        raise ApiError(422, "some parameters cannot be taken", errors=errors)


def _page(rows: QuerySet[Any], wanted: shapes.PageQuery) -> tuple[int, list[Any]]:
    return rows.count(), list(rows[wanted.offset : wanted.offset + wanted.limit])


def _next(request: HttpRequest, offset: int, limit: int, total: int) -> str | None:
    if offset + limit >= total:
        return None
    values = request.GET.copy()
    values["offset"] = str(offset + limit)
    return request.build_absolute_uri(f"{request.path}?{values.urlencode()}")


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "snippet": html.unescape(_MARKS.sub("", hit.snippet)),
        "highlights": hit.highlights,
        "score": hit.score,
        "source": hit.source,
        "source_kind": hit.source_kind,
        "kind": hit.kind,
        "text_kind": hit.text_kind,
        "moment": hit.moment,
        "probability": hit.probability,
        "verdict": hit.verdict,
        "claim": hit.claim_id,
    }


def _plain(row: Document) -> dict[str, Any]:
    names = (
        "source", "source_kind", "kind", "text_kind", "topic", "url", "title", "text", "published", "fetched",
        "version", "sha256",
    )  # fmt: skip
    places = [
        {"province": place.province, "district": place.district, "commune": place.commune}
        for place in sorted(row.places.all(), key=lambda place: (place.start, place.pk))
    ]
    return {"id": row.pk, "claim": row.claim_id, "places": places} | {name: getattr(row, name) for name in names}


def _flag(flag: Flag | None) -> dict[str, Any] | None:
    return {"probability": flag.probability, "flagged": flag.flagged, "model": flag.model} if flag else None


def _claim(row: Claim) -> dict[str, Any]:
    return {
        "id": row.pk,
        "headline": row.headline,
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
        "probability": row.probability,
        "urgency": row.urgency,
        "scope": row.scope,
        "documents": row.documents_count,
        "sources": row.sources_count,
        "verdict": row.verdict,
    }


def _report(request: HttpRequest, row: Report) -> dict[str, Any]:
    names = ("province", "number", "slot", "since", "until", "on_demand", "late", "created")
    files = {
        form: request.build_absolute_uri(f"/api/reports/{row.pk}/{form}") if getattr(row, form) else None
        for form in ("docx", "pdf")
    }
    return {"id": row.pk} | {name: getattr(row, name) for name in names} | files
