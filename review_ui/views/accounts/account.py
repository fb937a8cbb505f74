"""Signing in and out, the password, the language, the help page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.codes.verdicts import VerdictValue
from core.model.documents import sha256_hex
from index.office import invitations
from index.proof import audit
from review_ui.failed import too_often
from review_ui.rates import SIGN_INS
from review_ui.sessions import typed
from review_ui.sessions.access import every_role, without_role
from review_ui.sessions.addresses import client_address
from review_ui.sessions.person import signed_in
from review_ui.sessions.sign_ins import BY_LINK

MAY_SET = "soatin.may_set_password"
"""In a session that a one-time link opened: a password may be set without the old one."""


class SignIn(LoginView):
    """Name and password; too many wrong ones lock the name out for a quarter of an hour (django-axes)."""

    template_name = "desk/accounts/signin.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """Not more often than a whole office does it."""
        if seconds := SIGN_INS.wait(int(sha256_hex(client_address(request))[:15], 16)):
            return too_often(request, seconds)
        return super().post(request, *arguments, **named)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With what was typed before the session was found to have ended."""
        return super().get_context_data(**more) | typed.carried(self.request)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in: on to the page that was asked for, or to what was typed."""
        onward = super().form_valid(form)
        return typed.show_again(self.request) if typed.carried(self.request) else onward


sign_out = without_role(LogoutView.as_view())


@never_cache
@login_not_required
def sign_in_once(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link, as `soatin init` prints it and admins make it. It opens the page on which a password is set, or
    the queue where the account has one; either way a new one may be set until the person signs out.
    """
    user = invitations.redeem(token) if request.method == "GET" else None
    if user is None:
        messages.error(request, _("Liên kết đăng nhập đã dùng hoặc hết hạn. Hãy nhờ quản trị gửi liên kết mới."))
        return redirect("signin")
    setattr(request, BY_LINK, True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[MAY_SET] = True
    return redirect("queue" if user.has_usable_password() else "password")


@without_role
def set_password(request: HttpRequest) -> HttpResponse:
    """Change the password, or set one without the old one after a one-time link."""
    user = signed_in(request)
    freely = request.session.get(MAY_SET) or not user.has_usable_password()
    form = (SetPasswordForm if freely else PasswordChangeForm)(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.record(user.get_username(), "password.set", f"user:{user.pk}", {"from": client_address(request)})
        update_session_auth_hash(request, user)  # the one in use goes on; all others of the account end
        request.session.pop(MAY_SET, None)
        messages.success(request, _("Đã đặt mật khẩu."))
        return redirect("queue")
    return render(request, "desk/accounts/password.html", {"form": form}, status=400 if form.errors else 200)


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


@every_role
def show_help(request: HttpRequest) -> HttpResponse:
    """Keys and what the verdicts mean."""
    return render(request, "desk/help.html", {"choices": list(VerdictValue)})
