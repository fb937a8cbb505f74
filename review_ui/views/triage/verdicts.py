"""Giving a verdict by key or button, deciding where somebody judged meanwhile, undoing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.codes.verdicts import VerdictValue
from core.errors import SoatinError
from index.archive import verdicts as verdict_archive
from index.models import Claim, Document, Verdict
from index.views import queue
from review_ui.language import word_of
from review_ui.sessions.person import by_script, full_name, signed_in
from review_ui.templatetags.desk import moment
from review_ui.views.triage.queue import filters_of


@require_POST
@permission_required("archive.give_verdict", raise_exception=True)
def give_verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a verdict, then go on to the next item (or answer a script in JSON). Where another verdict stands by now
    than the page showed, say so and let the person decide.
    """
    claim = get_object_or_404(Claim, pk=pk)
    document = claim.documents.filter(pk=request.POST.get("document", "")).first()
    if document is None:
        return _refused(request, _("Tin này đã được chuyển sang nội dung khác. Xem lại rồi kết luận."), claim)
    post, seen = request.POST, request.POST.get("seen", "")
    try:
        verdict = verdict_archive.give_verdict(
            signed_in(request), document, post.get("value", ""), post.get("note", ""),
            seen=int(seen) if seen.isdecimal() else None, sent=post.get("sent", ""),
        )  # fmt: skip
    except verdict_archive.JudgedMeanwhileError as error:
        return _decide(request, claim, document, error.standing)
    except SoatinError:
        return _refused(request, _("Chọn một kết luận trong danh sách."), claim)
    words = _("Đã kết luận: %(verdict)s") % {"verdict": word_of(VerdictValue, verdict.value)}
    mine = verdict.by_id == request.user.pk
    return _go_on(request, claim, words, reverse("undo", args=[verdict.pk]) if mine else "")


@require_POST
@permission_required("archive.give_verdict", raise_exception=True)
def let_stand(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what another person found meanwhile; what one had found oneself stays on record."""
    claim = get_object_or_404(Claim, pk=pk)
    document = get_object_or_404(claim.documents, pk=request.POST.get("document", ""))
    post, seen = request.POST, request.POST.get("seen", "")
    try:
        verdict_archive.let_stand(
            signed_in(request), document, post.get("value", ""), post.get("note", ""),
            seen=int(seen) if seen.isdecimal() else 0, sent=post.get("sent", ""),
        )  # fmt: skip
    except verdict_archive.JudgedMeanwhileError as error:
        return _decide(request, claim, document, error.standing)
    except SoatinError:
        return _refused(request, _("Chọn một kết luận trong danh sách."), claim)
    return _go_on(request, claim, _("Đã giữ kết luận trước; ý kiến của bạn được lưu."), "")


@require_POST
@permission_required("archive.give_verdict", raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Retract a verdict (the row stays, another says that it no longer stands) and go back to the item: one's own, or
    another person's with a reason.
    """
    verdict = get_object_or_404(Verdict.objects.select_related("claim"), pk=pk)
    try:
        verdict_archive.retract(signed_in(request), verdict, request.POST.get("reason", ""))
    except verdict_archive.ForeignVerdictError:
        words = _("Kết luận này do %(who)s đưa ra: muốn rút lại phải nêu lý do (ít nhất 10 ký tự).")
        return _refused(request, words % {"who": full_name(verdict.by)}, verdict.claim)
    except SoatinError:
        return _refused(request, _("Kết luận này đã được rút lại trước đó."), verdict.claim)
    messages.info(request, _("Đã hoàn tác kết luận."))
    if by_script(request):  # a script that followed the redirect would use the message up before anybody saw it
        return JsonResponse({"item": reverse("item", args=[verdict.claim_id])})
    return redirect("item", pk=verdict.claim_id)


def _go_on(request: HttpRequest, claim: Claim, words: str, undo_address: str) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"words": words, "undo": undo_address, "item": reverse("item", args=[claim.pk])})
    messages.success(request, words, extra_tags=undo_address)
    following = next(iter(queue.next_items(claim, 1, filters_of(request))), None)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("item", args=[following.pk]) + query if following else reverse("queue") + query)


def _decide(request: HttpRequest, claim: Claim, document: Document, standing: Verdict | None) -> HttpResponse:
    """What stands by now, and what was to be recorded; nothing is."""
    if standing:
        words = _("%(who)s đã kết luận “%(verdict)s” lúc %(when)s.") % {
            "who": full_name(standing.by),
            "verdict": word_of(VerdictValue, standing.value),
            "when": moment(standing.at),
        }
    else:
        words = _("Kết luận bạn nhìn thấy đã được rút lại.")
    if by_script(request):
        return JsonResponse({"error": words, "decide": True}, status=409)
    page = {
        "claim": claim,
        "document": document,
        "standing": standing,
        "words": words,
        "value": request.POST.get("value", ""),
        "note": request.POST.get("note", ""),
        "sent": request.POST.get("sent", ""),
        "filter_query": request.GET.urlencode(),
        "differs": standing is not None and standing.value != request.POST.get("value", ""),
        "mine": standing is not None and standing.by_id == request.user.pk,
    }
    return render(request, "desk/triage/meanwhile.html", page, status=409)


def _refused(request: HttpRequest, words: str, claim: Claim) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"error": words}, status=409)
    messages.error(request, words)
    return redirect("item", pk=claim.pk)
