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
        """A session begins with the sign-in, whichever way somebody comes in."""
        user_logged_in.connect(_begin, dispatch_uid="lasting")
