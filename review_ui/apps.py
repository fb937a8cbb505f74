"""Django's registration of the desk."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from review_ui.sessions import lasting


def _begin(request: Any, **_signal: Any) -> None:
    lasting.prolong(request.session)


class ReviewConfig(AppConfig):
    """Screens only: no tables of its own."""

    name = "review_ui"

    def ready(self) -> None:
        """A session begins with the sign-in, whichever way somebody comes in; who does, or fails to, goes on record."""
        from review_ui.sessions.sign_ins import record_sign_ins  # noqa: PLC0415 -- models can be imported only now

        record_sign_ins()
        user_logged_in.connect(_begin, dispatch_uid="lasting")
