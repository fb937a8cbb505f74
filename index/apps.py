"""Django's registration of the archive."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from index.office.roles import ensure_roles
from index.postgresql import accept_any_text


class IndexConfig(AppConfig):
    """The archive's models."""

    name = "index"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Groups and permissions follow every migrate; PostgreSQL takes any text."""
        post_migrate.connect(ensure_roles, sender=self, dispatch_uid="archive.roles")
        connection_created.connect(accept_any_text, dispatch_uid="archive.text")
