"""The item page: one claim with its text, reasons, spread."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.codes.verdicts import VerdictValue
from index.archive import reading
from index.archive.cases import may_open_case
from index.archive.claims import root, spread
from index.archive.finding_matches import nearest_to_claim
from index.models import Claim, Document
from index.views import queue
from index.views.standing import standing_on
from review_ui.changes import standing_of
from review_ui.marks import mark_reasons
from review_ui.views.triage.queue import filters_of

SIMILAR = 12


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A claim, shown by the document that made it most urgent (or the one that ``document`` names)."""
    claim = get_object_or_404(Claim.objects.select_related("case"), pk=pk)
    wanted = request.GET.get("document", "")
    lead = claim.documents.filter(pk=wanted).first() if wanted else None
    lead = lead or queue.lead_documents([claim]).get(claim.pk)
    if lead is None and claim.merged_into_id is not None:
        return redirect("item", pk=root(pk))
    if lead is None:
        return render(request, "desk/cases/gone.html", status=410)
    following = next(iter(queue.next_items(claim, 1, filters_of(request))), None)
    return render(request, "desk/triage/item.html", _page(request, claim, lead, following))


def _page(request: HttpRequest, claim: Claim, lead: Document, following: Claim | None) -> dict[str, Any]:
    detail = reading.detail(lead.pk, SIMILAR)
    if detail is None:  # removed by retention between two queries
        return {"claim": claim}
    reasons = detail.flag.reasons if detail.flag else []
    return {
        "claim": claim,
        "detail": detail,
        "document": lead,
        "title": mark_reasons(lead.title, 0, reasons),
        "text": mark_reasons(lead.text, len(lead.title) + 1, reasons),
        "reasons": sorted(reasons, key=lambda r: -abs(r["weight"])),
        "choices": list(VerdictValue),
        "standing": standing_on(claim.pk),
        "sent": uuid4(),
        "disagreements": claim.disagreements.filter(second=None).select_related("by", "first__by").order_by("id"),
        "following": following,
        **standing_of(lead),
        "filter_query": request.GET.urlencode(),
        "case": getattr(claim, "case", None),
        "may_open_case": may_open_case(claim),
        "nearest": nearest_to_claim(claim),
        "spread": spread(claim),
    }
