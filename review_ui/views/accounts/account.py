"""Signing in and out, the password, the language, the help page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.codes.verdicts import VerdictValue
from index.proof import audit
from review_ui.sessions import typed
from review_ui.sessions.people import signed_in
from review_ui.sessions.signin import redeem


class SignIn(LoginView):
    """Name and password; too many wrong ones lock the name out for a quarter of an hour (django-axes)."""

    template_name = "desk/accounts/signin.html"
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With what was typed before the session was found to have ended."""
        return super().get_context_data(**more) | typed.carried(self.request)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in: on to the page that was asked for, or to what was typed."""
        onward = super().form_valid(form)
        return typed.show_again(self.request) if typed.carried(self.request) else onward


class SignOut(LogoutView):
    """POST only."""


@login_not_required
def sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link, as `soatin init` prints it."""
    user = redeem(request, token)
    if user is None:
        messages.error(request, _("Liên kết đăng nhập đã dùng hoặc hết hạn."))
        return redirect("signin")
    audit.record(user.get_username(), "signin.link", f"user:{user.pk}")
    return redirect("queue")


def set_password(request: HttpRequest) -> HttpResponse:
    """Change the password, or set the first one."""
    user = signed_in(request)
    form_class = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = form_class(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        audit.record(user.get_username(), "password.set", f"user:{user.pk}")
        messages.success(request, _("Đã đặt mật khẩu."))
        return redirect("queue")
    return render(request, "desk/accounts/password.html", {"form": form})


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def show_help(request: HttpRequest) -> HttpResponse:
    """Keys and what the verdicts mean."""
    return render(request, "desk/help.html", {"choices": list(VerdictValue)})
