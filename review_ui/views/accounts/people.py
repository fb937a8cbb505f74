"""The accounts of this installation, for those who keep them: the same functions as `soatin account`."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.codes.people import Role
from index.office import accounts
from index.office.rights import role_of
from review_ui.context import plan
from review_ui.sessions.person import signed_in

may_keep = permission_required("archive.keep_accounts", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@may_keep
def show(request: HttpRequest) -> HttpResponse:
    """Everybody; POST makes an account and shows its one-time link, this once."""
    if request.method != "POST":
        return _listing(request)
    name = request.POST.get("name", "").strip()
    by, role = signed_in(request), request.POST.get("role", "")
    try:
        user = accounts.add(by, name, role, _person(request), plan())
        text = accounts.link(by, user)
    except accounts.AccountError as error:
        return _listing(request, error=error)
    return _listing(request, user=user, text=text)


@require_http_methods(["GET", "HEAD", "POST"])
@may_keep
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one person, and what can be done with the account."""
    user = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return _one(request, user)
    return _do(request, user, lambda by: accounts.edit(by, user, _person(request), plan()))


@require_POST
@may_keep
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role, from the next request on."""
    user = get_object_or_404(User, pk=pk)
    return _do(request, user, lambda by: accounts.change_role(by, user, request.POST.get("role", "")))


@require_POST
@may_keep
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """End access now."""
    user = get_object_or_404(User, pk=pk)
    return _do(request, user, lambda by: accounts.disable(by, user))


@require_POST
@may_keep
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Let in again; a link is made next."""
    user = get_object_or_404(User, pk=pk)
    return _do(request, user, lambda by: accounts.enable(by, user))


@require_POST
@may_keep
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time link, shown this once."""
    user = get_object_or_404(User, pk=pk)
    try:
        text = accounts.link(signed_in(request), user)
    except accounts.AccountError as error:
        return _one(request, user, error=error)
    return _one(request, user, text=text)


def _do(request: HttpRequest, user: User, change: Callable[[User], None]) -> HttpResponse:
    """Make a change and go back to the account, or say why not."""
    try:
        change(signed_in(request))
    except accounts.AccountError as error:
        return _one(request, user, error=error)
    messages.success(request, _("Đã lưu."))
    return redirect("account", pk=user.pk)


def _person(request: HttpRequest) -> accounts.Person:
    given = {name: request.POST.get(name, "").strip() for name in ("full_name", "title", "email", "unit", "district")}
    return accounts.Person(**given)


def _listing(
    request: HttpRequest, *, error: accounts.AccountError | None = None, user: User | None = None, text: str = ""
) -> HttpResponse:
    rows = [(row, role_of(row), accounts.person_of(row)) for row in accounts.everybody()]
    context = {"rows": rows, "values": request.POST if error else {}, "made": user, **_frame(error, text)}
    return render(request, "desk/accounts/people.html", context, status=_status(error))


def _one(
    request: HttpRequest, user: User, *, error: accounts.AccountError | None = None, text: str = ""
) -> HttpResponse:
    context = {
        "person": user, "role": role_of(user), "values": accounts.person_of(user), "own": user.pk == request.user.pk,
        **_frame(error, text),
    }  # fmt: skip
    return render(request, "desk/accounts/person.html", context, status=_status(error))


def _frame(error: accounts.AccountError | None, text: str) -> dict[str, object]:
    said = error.problem.word(get_language() or "vi") if error else ""
    base = settings.SOATIN.desk_url or settings.SOATIN.listens_at
    return {
        "error": said, "link": f"{base}/signin/{text}/" if text else "", "roles": list(Role),
        "units": plan().units.values(), "districts": plan().districts,
    }  # fmt: skip


def _status(error: accounts.AccountError | None) -> int:
    if error is None:
        return 200
    return 403 if isinstance(error, accounts.RefusedError) else 400
