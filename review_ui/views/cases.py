"""Cases: a claim that an inspector opened, its verdicts, what followed, and who wrote it (with a reason, logged)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import SoatinError
from core.model import ActionKind
from index import authors
from index import review as archive
from index.models import Author, Case, Claim
from review_ui.people import signed_in


def listing(request: HttpRequest) -> HttpResponse:
    """All cases, newest first."""
    cases = Case.objects.select_related("claim", "opened_by").prefetch_related("actions").order_by("-opened_at")
    return render(request, "desk/cases.html", {"page": Paginator(cases, 30).get_page(request.GET.get("page"))})


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: documents, verdicts, actions."""
    return _render(request, get_object_or_404(Case.objects.select_related("claim", "opened_by"), pk=pk))


def _render(request: HttpRequest, case: Case, revealed: tuple[str, str] | None = None) -> HttpResponse:
    documents = case.claim.documents.defer("text").order_by("moment")
    return render(
        request,
        "desk/case.html",
        {
            "case": case,
            "claim": case.claim,
            "documents": documents[:100],
            "verdicts": case.claim.verdicts.select_related("by", "document", "retracts").order_by("-at"),
            "actions": case.actions.select_related("by").order_by("-at"),
            "action_kinds": list(ActionKind),
            "authors": list(dict.fromkeys(d.author_id for d in documents if d.author_id))[:50],
            "revealed": revealed,
        },
    )


@require_POST
@permission_required("archive.open_case", raise_exception=True)
def open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case on a claim (or go to the one that is open)."""
    case = archive.open_case(signed_in(request), get_object_or_404(Claim, pk=pk))
    return redirect("case", pk=case.pk)


@require_POST
@permission_required("archive.open_case", raise_exception=True)
def add_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what followed."""
    case = get_object_or_404(Case, pk=pk)
    try:
        archive.add_action(signed_in(request), case, request.POST.get("kind", ""), request.POST.get("note", ""))
        messages.success(request, _("Đã ghi nhận biện pháp xử lý."))
    except SoatinError as error:
        messages.error(request, error.what)
    return redirect("case", pk=pk)


@require_POST
@permission_required("archive.reveal_author", raise_exception=True)
def reveal_author(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an author's name once, on this answer only; the look and its reason are in the audit log."""
    case = get_object_or_404(Case.objects.select_related("claim", "opened_by"), pk=pk)
    author = get_object_or_404(Author, pk=request.POST.get("author", ""))
    try:
        name = authors.reveal(signed_in(request), case, author, request.POST.get("reason", ""))
    except SoatinError as error:
        messages.error(request, _("Cần nêu lý do (ít nhất 10 ký tự).") if error.where == "reason" else error.what)
        return redirect("case", pk=pk)
    return _render(request, case, (author.pk, name))
