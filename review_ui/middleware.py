"""Headers of every page, the language that a person chose, sessions that last, and what was typed when one had not."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from review_ui.sessions import lasting, typed
from review_ui.sessions.person import by_script

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
"""Inline styles are needed by charts (SVG drawn here); scripts come from our own files only."""

Next = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]


class PageHeaders:
    """A content security policy on every answer that does not set its own, and no storing of pages by shared caches."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, then add what is missing."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ChosenLanguage:
    """The language of the cookie, else the setting's: a browser's own preference does not decide (Vietnamese first)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate it for this request only."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)


class LastingSession:
    """A session lasts while a person works."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Prolong it."""
        if request.user.is_authenticated:
            lasting.prolong(request.session)
        return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Who is not signed in must sign in first; what had been typed comes back afterwards
    (:mod:`review_ui.sessions.typed`).
    """

    def handle_no_permission(  # type: ignore[override]  # Django itself takes any answer
        self, request: HttpRequest, view_func: View
    ) -> HttpResponse:
        """A script is told so in JSON, a form is kept, and any other page leads to the sign-in page."""
        if by_script(request):
            words = _("Phiên làm việc đã hết. Đăng nhập lại để tiếp tục.")
            return JsonResponse({"error": words, "signed_out": True}, status=401)
        if request.method == "POST":
            return typed.ask_to_sign_in(request)
        return super().handle_no_permission(request, view_func)


class PostOnly:
    """Who follows a kept address that only takes forms comes to the nearest page above it, not to an error."""

    ELSEWHERE = ("/api/", "/hooks/")  # asked by programs, which want to hear what is wrong

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and look at the answer."""
        response = self.get_response(request)
        if response.status_code != 405 or request.method not in {"GET", "HEAD"}:
            return response
        if request.path.startswith(self.ELSEWHERE):
            return response
        return redirect(_above(request.path))


def _above(path: str) -> str:
    parts = path.strip("/").split("/")[:-1]
    while parts:
        above = f"/{'/'.join(parts)}/"
        try:
            resolve(above)
        except Resolver404:
            parts.pop()
        else:
            return above
    return "/"
