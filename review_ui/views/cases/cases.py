"""Cases: a claim that an inspector opened, its verdicts, what followed, and who wrote it (with a reason, logged)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import casework
from core.codes.verdicts import ActionKind, VerdictValue
from core.errors import SoatinError
from index.archive import authors
from index.archive import cases as case_archive
from index.models import Author, Case, Claim, EvidencePackage
from index.views.standing import standing_on
from index.work import packages
from review_ui.language import word_of
from review_ui.sessions.person import signed_in


def listing(request: HttpRequest) -> HttpResponse:
    """All cases, newest first."""
    cases = Case.objects.select_related("claim", "opened_by").prefetch_related("actions").order_by("-opened_at")
    page = Paginator(cases, 30).get_page(request.GET.get("page"))
    waiting = case_archive.waiting_for_review()
    return render(request, "desk/cases/cases.html", {"page": page, "to_review": waiting})


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: documents, verdicts, actions."""
    return _render(request, get_object_or_404(Case.objects.select_related("claim", "opened_by"), pk=pk))


def _render(request: HttpRequest, case: Case, revealed: tuple[str, str] | None = None) -> HttpResponse:
    documents = case.claim.documents.defer("text").order_by("moment")
    asked = list(case.packages.select_related("by").order_by("-at")[:5])
    return render(
        request,
        "desk/cases/case.html",
        {
            "case": case,
            "claim": case.claim,
            "documents": documents[:100],
            "standing": standing_on(case.claim_id),
            "verdicts": case.claim.verdicts.select_related("by", "document", "retracts").order_by("-at"),
            "actions": case.actions.select_related("by").order_by("-at"),
            "action_kinds": [kind for kind in ActionKind if casework.may_act(kind, case.claim.verdict)],
            "cleared": case.claim.verdict in casework.CLEARING,
            "to_review": bool(case_archive.waiting_for_review([case])),
            "reviews": case.reviews.select_related("by").order_by("-at"),
            "disagreements": case.claim.disagreements.select_related("by", "first__by").order_by("-at"),
            "authors": authors.shown_in(case)[:50],
            "revealed": revealed,
            "packages": asked,
        },
    )


@require_POST
@permission_required("archive.open_case", raise_exception=True)
def open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case on a claim (or go to the one that is open)."""
    claim = get_object_or_404(Claim, pk=pk)
    try:
        case = case_archive.open_case(signed_in(request), claim)
    except SoatinError:
        if claim.verdict:
            messages.error(request, _("Không lập hồ sơ đối với tin xác thực, ý kiến hoặc nội dung không liên quan."))
        else:
            messages.error(request, _("Chỉ lập hồ sơ đối với nội dung có cảnh báo hoặc đã được kết luận là tin sai."))
        return redirect("item", pk=pk)
    return redirect("case", pk=case.pk)


@require_POST
@permission_required("archive.open_case", raise_exception=True)
def add_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what followed."""
    case = get_object_or_404(Case, pk=pk)
    try:
        case_archive.add_action(signed_in(request), case, request.POST.get("kind", ""), request.POST.get("note", ""))
        messages.success(request, _("Đã ghi nhận biện pháp xử lý."))
    except case_archive.ClearedError:
        words = _("Không ghi biện pháp xử lý khi kết luận là “%(verdict)s”. Nếu kết luận sai, hãy kết luận lại trước.")
        verdict = Claim.objects.get(pk=case.claim_id).verdict
        messages.error(request, words % {"verdict": word_of(VerdictValue, verdict)})
    except SoatinError:
        messages.error(request, _("Chọn một biện pháp trong danh sách."))
    return redirect("case", pk=pk)


@require_POST
@permission_required("archive.review_measures", raise_exception=True)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the lead decided on measures whose claim was cleared."""
    case = get_object_or_404(Case, pk=pk)
    try:
        case_archive.review(signed_in(request), case, request.POST.get("note", ""))
        messages.success(request, _("Đã ghi nhận việc xem xét lại."))
    except SoatinError as error:
        no_words = _("Ghi rõ cách xử lý đối với các biện pháp đã thực hiện.")
        nothing = _("Không còn biện pháp nào chờ xem xét lại.")
        messages.error(request, no_words if error.where == "note" else nothing)
    return redirect("case", pk=pk)


@require_POST
@permission_required("archive.open_case", raise_exception=True)
def ask_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the case's evidence put together for handing over; the page says when it is there."""
    try:
        packages.ask(signed_in(request), get_object_or_404(Case, pk=pk))
    except SoatinError:
        messages.error(request, _("Đã yêu cầu quá nhiều gói chứng cứ trong một giờ. Xin chờ ít lâu."))
    return redirect("case", pk=pk)


@permission_required("archive.open_case", raise_exception=True)
def take_package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for whoever may open cases: it shows authors' names. Each download is in the audit log."""
    package = get_object_or_404(EvidencePackage, pk=pk, state="done")
    path = settings.SOATIN.packages_dir / package.file
    if not path.is_file():
        raise Http404
    packages.note_download(signed_in(request), package)
    return FileResponse(path.open("rb"), content_type="application/wacz", filename=package.file, as_attachment=True)


@require_POST
@permission_required("archive.reveal_author", raise_exception=True)
def reveal_author(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an author's name once, on this answer only; the look and its reason are in the audit log."""
    case = get_object_or_404(Case.objects.select_related("claim", "opened_by"), pk=pk)
    author = get_object_or_404(Author, pk=request.POST.get("author", ""))
    try:
        name = authors.reveal(signed_in(request), case, author, request.POST.get("reason", ""))
    except SoatinError as error:
        reason = _("Cần nêu lý do (ít nhất 10 ký tự).")
        not_named = _("Chỉ được xem tên người đăng luận điểm hoặc quảng cáo, không xem tên người hỏi hay nêu ý kiến.")
        messages.error(request, reason if error.where == "reason" else not_named)
        return redirect("case", pk=pk)
    return _render(request, case, (author.pk, name))
