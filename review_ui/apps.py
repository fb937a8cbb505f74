"""Django's registration of the desk."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Screens only: no tables of its own."""

    name = "review_ui"

    def ready(self) -> None:
        """Who signs in and out, or fails to, goes on record."""
        from review_ui.sign_ins import record_sign_ins  # noqa: PLC0415 -- models can be imported only now

        record_sign_ins()
