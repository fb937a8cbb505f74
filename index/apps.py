"""Django's registration of the archive."""

from django.apps import AppConfig


class IndexConfig(AppConfig):
    """The archive's models."""

    name = "index"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"
