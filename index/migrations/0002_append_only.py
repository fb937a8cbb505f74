"""Triggers that refuse UPDATE and DELETE on append-only tables, for the database in use."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from index.proof import append_only


def forwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers."""
    append_only.install(editor.connection)


def backwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    append_only.remove(editor.connection)


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("archive", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
