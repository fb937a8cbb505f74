"""Saved searches with their alerts, and tokens for the JSON API. Everybody sees and changes only their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.channels import MOST, allowed_schemes
from core.codes.work import AlertRhythm
from core.errors import UsageError
from index.archive import saved_searches
from index.models import Alert, ApiToken, SavedSearch
from index.office import tokens
from index.query.parse import QueryError
from index.search import SearchError, open_search
from index.search.address import tidy
from index.search.all_hits import TooManyError
from review_ui.query_words import say
from review_ui.sessions.person import signed_in
from review_ui.views.search import channels
from review_ui.views.search.search import may_search

RECENT = 10


def schemes() -> tuple[str, ...]:
    """The kinds of channels that an admin allows."""
    return allowed_schemes(settings.SOATIN.alert_channels)


class SavedForm(forms.Form):
    """Name, when to tell, and where."""

    name = forms.CharField(max_length=120)
    alert = forms.ChoiceField(choices=[(code, code) for code in saved_searches.ALERTS], required=False)
    mail_to = forms.EmailField(max_length=200, required=False)
    channels = forms.CharField(max_length=6000, required=False)
    no_channels = forms.BooleanField(required=False)

    def __init__(self, row: SavedSearch, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.row = row

    def clean_name(self) -> str:
        """One name, one search, for each person."""
        name = str(self.cleaned_data["name"]).strip()
        if SavedSearch.objects.filter(owner=self.row.owner, name=name).exclude(pk=self.row.pk).exists():
            raise forms.ValidationError(_("Đã có tìm kiếm mang tên này."))
        return name

    def clean_channels(self) -> list[str]:
        """Addresses, one a line. What is wrong is named by its line only: the address may hold a password."""
        lines = [line.strip() for line in str(self.cleaned_data["channels"]).splitlines() if line.strip()]
        wrong = [str(number) for number, line in enumerate(lines, 1) if not channels.acceptable(line, schemes())]
        if wrong or len(lines) > MOST:
            raise forms.ValidationError(
                _("Địa chỉ kênh không dùng được ở dòng: %(lines)s") % {"lines": ", ".join(wrong) or str(len(lines))}
            )
        return lines

    def clean(self) -> dict[str, Any]:
        """An alert needs somewhere to go."""
        data = self.cleaned_data
        has = data.get("channels") or (self.row.channels_count and not data.get("no_channels"))
        if data.get("alert") and not self.errors and not data.get("mail_to") and not has:
            raise forms.ValidationError(_("Cần địa chỉ thư hoặc kênh để nhận cảnh báo."))
        return data

    def chosen_channels(self) -> list[str] | None:
        """The channels to keep from now on; None: those that are there."""
        given: list[str] = self.cleaned_data["channels"]
        return given if given or self.cleaned_data["no_channels"] else None


class TokenForm(forms.Form):
    """Name, scopes, days."""

    name = forms.CharField(max_length=80)
    scopes = forms.MultipleChoiceField(choices=[(scope, scope) for scope in tokens.SCOPES])
    days = forms.TypedChoiceField(choices=[(days, days) for days in tokens.DAYS], coerce=int)


@may_search
def listing(request: HttpRequest) -> HttpResponse:
    """The person's saved searches and the latest alerts."""
    user = signed_in(request)
    rows = SavedSearch.objects.filter(owner=user).order_by("name")
    recent = Alert.objects.filter(saved__owner=user).select_related("saved").order_by("-id")[:RECENT]
    return render(request, "desk/search/saved.html", {"rows": rows, "recent": recent})


@may_search
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A form for a new saved search (its query is in the address) or for one that is there."""
    user = signed_in(request)
    if pk is None:
        row = SavedSearch(owner=user, query=tidy(request.GET.urlencode()), mail_to=user.email)
        row.name = request.GET.get("q", "").strip()[:120]
    else:
        row = get_object_or_404(SavedSearch, pk=pk, owner=user)
    form = SavedForm(row, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        problem = _keep(request, row, form)
        if not problem:
            messages.success(request, _("Đã lưu tìm kiếm."))
            return redirect("saved")
        form.add_error(None, problem)
    status = 200 if form is None else 400
    context = {"row": row, "form": form, "schemes": schemes(), "rhythms": list(AlertRhythm)}
    return render(request, "desk/search/saved_edit.html", context, status=status)


def _keep(request: HttpRequest, row: SavedSearch, form: SavedForm) -> str:
    """Save what the form says; what was wrong, in words, or nothing."""
    data = form.cleaned_data
    row.name, row.alert, row.mail_to = data["name"], data["alert"], data["mail_to"]
    try:
        saved_searches.save(signed_in(request), row, open_search(settings.SOATIN), channels=form.chosen_channels())
    except QueryError as error:
        return say(error)
    except SearchError:
        return _("Chỉ mục tìm kiếm đang tạm ngừng; dữ liệu vẫn được tiếp nhận và lưu trữ.")
    except TooManyError:
        return _("Tìm kiếm này quá rộng để cảnh báo (trên 5.000 tin trong 7 ngày). Hãy thu hẹp lại.")
    except UsageError:
        return _("Đã có quá nhiều tìm kiếm được lưu. Hãy xóa bớt.")
    return ""


@require_POST
@may_search
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one."""
    user = signed_in(request)
    saved_searches.remove(user, get_object_or_404(SavedSearch, pk=pk, owner=user))
    messages.success(request, _("Đã xóa tìm kiếm."))
    return redirect("saved")


@may_search
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens, and a form for a new one, whose text is shown on the answer to the form and never again."""
    user = signed_in(request)
    context: dict[str, Any] = {"scopes": tokens.SCOPES, "days": tokens.DAYS}
    status = 200
    if request.method == "POST":
        form = TokenForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                context["made"], context["text"] = tokens.make(user, data["name"], data["scopes"], data["days"])
            except UsageError:
                context["error"], status = _("Đã có quá nhiều khóa đang dùng. Hãy thu hồi bớt."), 400
        else:
            context["error"], status = _("Cần tên, ít nhất một quyền và thời hạn."), 400
    context["rows"] = ApiToken.objects.filter(owner=user).order_by("-id")[:100]
    return render(request, "desk/accounts/tokens.html", context, status=status)


@require_POST
@may_search
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one."""
    user = signed_in(request)
    tokens.revoke(user, get_object_or_404(ApiToken, pk=pk, owner=user))
    messages.success(request, _("Đã thu hồi khóa."))
    return redirect("tokens")
