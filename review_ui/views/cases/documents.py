"""One document, and the page as it was received."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.codes.texts import TextKind
from core.errors import SoatinError
from index import borrowed
from index.archive import reading
from index.archive.finding_matches import nearest_to_document
from index.proof import audit
from review_ui.changes import standing_of
from review_ui.marks import mark_reasons
from review_ui.sessions.person import signed_in
from review_ui.views.triage.answers import offered

EVIDENCE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src 'none'"
"""A stranger's page is shown without scripts, forms, frames and without asking any address."""


def show(request: HttpRequest, pk: str) -> HttpResponse:
    """Text, places, versions and flags of a document."""
    detail = reading.detail(pk)
    if detail is None:
        raise Http404
    row, reasons = detail.document, detail.flag.reasons if detail.flag else []
    nearest = nearest_to_document(row)
    return render(
        request,
        "desk/cases/document.html",
        {
            "detail": detail,
            "document": row,
            "title": mark_reasons(row.title, 0, reasons),
            "text": mark_reasons(row.text, len(row.title) + 1, reasons),
            "versions": row.versions.order_by("-number"),
            **standing_of(row),
            "nearest": nearest,
            "answers": offered(nearest.notices) if row.text_kind == TextKind.QUESTION else [],
        },
    )


@permission_required("archive.open_case", raise_exception=True)
def received(request: HttpRequest, pk: str) -> HttpResponse:
    """The received bytes, as a sandboxed page of their own. They name people: only for those who may open a case, and
    each look is in the audit log.
    """
    detail = reading.detail(pk, 0)
    if detail is None or not detail.document.warc_file:
        raise Http404

    try:
        record = borrowed.received(settings.SOATIN.warc_dir / detail.document.warc_file, detail.document.warc_offset)
    except (SoatinError, OSError) as error:
        return render(request, "desk/cases/no_evidence.html", {"error": error, "document": detail.document}, status=404)
    audit.record(signed_in(request).username, "evidence-look", pk, {"file": detail.document.warc_file})
    given = next((v for k, v in dict(record.headers).items() if k.lower() == "content-type"), "")
    kind = given if given.lower().startswith(("text/html", "application/xhtml", "text/plain")) else "text/plain"
    response = HttpResponse(record.body, content_type=kind)
    response["Content-Security-Policy"] = EVIDENCE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response
