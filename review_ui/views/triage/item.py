"""The item page: one claim with its text, reasons, spread; a verdict by key or button; undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.codes.verdicts import VerdictValue
from core.errors import SoatinError
from index.archive import reading
from index.archive import verdicts_and_cases as archive
from index.archive.claims import root, spread
from index.archive.finding_matches import nearest_to_claim
from index.models import Claim, Document, Verdict
from index.views import queue
from index.views.standing import standing_on
from review_ui.changes import standing_of
from review_ui.language import word_of
from review_ui.marks import mark_reasons
from review_ui.people import signed_in
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
        "following": following,
        **standing_of(lead),
        "filter_query": request.GET.urlencode(),
        "case": getattr(claim, "case", None),
        "may_open_case": archive.may_open_case(claim),
        "nearest": nearest_to_claim(claim),
        "spread": spread(claim),
    }


@require_POST
@permission_required("archive.give_verdict", raise_exception=True)
def give_verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a verdict, then go on to the next item (or answer a script in JSON)."""
    claim = get_object_or_404(Claim, pk=pk)
    document = get_object_or_404(claim.documents, pk=request.POST.get("document", ""))
    try:
        verdict = archive.give_verdict(
            signed_in(request), document, request.POST.get("value", ""), request.POST.get("note", "")
        )
    except SoatinError:
        return _refused(request, _("Chọn một kết luận trong danh sách."), claim)
    words = _("Đã kết luận: %(verdict)s") % {"verdict": word_of(VerdictValue, verdict.value)}
    undo_address = reverse("undo", args=[verdict.pk])
    if _by_script(request):
        return JsonResponse({"words": words, "undo": undo_address, "item": reverse("item", args=[claim.pk])})
    messages.success(request, words, extra_tags=undo_address)
    following = next(iter(queue.next_items(claim, 1, filters_of(request))), None)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("item", args=[following.pk]) + query if following else reverse("queue") + query)


@require_POST
@permission_required("archive.give_verdict", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Retract a verdict (the row stays, another says that it no longer stands) and go back to the item."""
    verdict = get_object_or_404(Verdict.objects.select_related("claim"), pk=pk)
    try:
        archive.retract(signed_in(request), verdict)
    except SoatinError:
        return _refused(request, _("Kết luận này đã được rút lại trước đó."), verdict.claim)
    messages.info(request, _("Đã hoàn tác kết luận."))
    if _by_script(request):  # a script that followed the redirect would use the message up before anybody saw it
        return JsonResponse({"item": reverse("item", args=[verdict.claim_id])})
    return redirect("item", pk=verdict.claim_id)


def _refused(request: HttpRequest, words: str, claim: Claim) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"error": words}, status=409)
    messages.error(request, words)
    return redirect("item", pk=claim.pk)


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
