"""The tables that the migrations make are those that the models name."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    """A field that no migration makes would fail only in somebody's archive."""
    call_command("makemigrations", "archive", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out
