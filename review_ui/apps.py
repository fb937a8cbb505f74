"""Django's registration of the desk."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Screens only: no tables of its own."""

    name = "review_ui"
