"""Splitting and merging claims: which documents state one thing. Plain forms; what was done can be undone here."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import SoatinError
from core.model.flags import Reason
from core.wording.headline import headline
from index import borrowed
from index.archive import claims, reading, split_and_merge
from index.archive.claims import claim_candidates
from index.models import Claim, ClaimEdit
from review_ui.sessions.person import signed_in

SHOWN = 200  # documents of a claim, newest first
OFFERED = 6  # claims that it may be merged with


@permission_required("archive.arrange_claims", raise_exception=True)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The documents of a claim to choose from, claims that may be the same, and what was done before."""
    claim = get_object_or_404(Claim, pk=pk)
    if claim.merged_into_id is not None:
        return redirect("arrange", pk=claims.root(pk))
    documents = claim.documents.order_by("-moment", "pk")
    return render(
        request,
        "desk/triage/arrange.html",
        {
            "claim": claim,
            "documents": documents[:SHOWN],
            "shown": SHOWN,
            "others": _others(claim),
            "edits": split_and_merge.edits(claim),
        },
    )


@require_POST
@permission_required("archive.arrange_claims", raise_exception=True)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the chosen documents to a claim of their own and show that."""
    claim = get_object_or_404(Claim, pk=pk)
    chosen = request.POST.getlist("document")[:SHOWN]
    try:
        edit = split_and_merge.split(signed_in(request), claim, chosen, _headline(claim, chosen), borrowed.keys)
    except SoatinError:
        messages.error(request, _("Hãy chọn một phần các tin: không bỏ trống, không chọn tất cả."))
        return redirect("arrange", pk=pk)
    messages.success(request, _("Đã tách %(n)s tin thành nội dung riêng.") % {"n": len(edit.documents)})
    return redirect("arrange", pk=edit.other_id)


@require_POST
@permission_required("archive.arrange_claims", raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring two claims together and show what they became."""
    claim = get_object_or_404(Claim, pk=pk)
    number = request.POST.get("other", "").strip()
    other = Claim.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 15 else None
    if other is None:
        messages.error(request, _("Không có nội dung mang số này."))
        return redirect("arrange", pk=pk)
    try:
        edit = split_and_merge.merge(signed_in(request), claim, other, borrowed.keys)
    except SoatinError as error:
        messages.error(request, _refusal(error))
        return redirect("arrange", pk=pk)
    messages.success(request, _("Đã gộp hai nội dung làm một."))
    return redirect("arrange", pk=edit.other_id)


@require_POST
@permission_required("archive.arrange_claims", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a split or merge back."""
    edit = get_object_or_404(ClaimEdit, pk=pk)
    try:
        split_and_merge.undo(signed_in(request), edit, borrowed.keys)
    except SoatinError as error:
        messages.error(request, _refusal(error))
        return redirect("arrange", pk=edit.other_id)
    messages.info(request, _("Đã hoàn tác việc tách, gộp."))
    return redirect("arrange", pk=edit.claim_id)


def _refusal(error: SoatinError) -> str:
    """Why it was refused, on screen."""
    words = {
        "they are one claim already": _("Hai nội dung đã là một."),
        "both have a case": _("Cả hai nội dung đều đã lập hồ sơ nên không gộp được."),
        "they have different verdicts": _("Hai nội dung có kết luận khác nhau: hãy rút lại một kết luận trước."),
        "already undone": _("Việc này đã được hoàn tác."),
        "the claim that was split off has a verdict or a case": _(
            "Nội dung đã tách có kết luận hoặc hồ sơ: hãy rút lại kết luận trước, hoặc gộp hai nội dung."
        ),
    }
    return words.get(error.what, error.what)


def _headline(claim: Claim, chosen: Sequence[str]) -> str:
    """The sentence that states what was split off, from the earliest of the documents."""
    row = claim.documents.filter(pk__in=list(chosen)).order_by("moment", "pk").first()
    if row is None:
        return ""
    flag = reading.latest_flags([row.pk]).get(row.pk)
    reasons = [Reason(**reason) for reason in flag.reasons] if flag else []
    return headline(row.title, row.text, reasons)


def _others(claim: Claim) -> list[Claim]:
    """Claims that share keys with it, the likeliest first."""
    keys = list(claim.bands.order_by("pk").values_list("value", flat=True)[:500])
    ids = [found.claim_id for found in claim_candidates(keys) if found.claim_id != claim.pk]
    found = Claim.objects.in_bulk(ids[:OFFERED])
    return [found[identity] for identity in ids if identity in found]
