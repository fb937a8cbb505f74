"""Serialise a short decision between workers."""

from __future__ import annotations

from index.models import Latch


def hold(name: str) -> None:
    """Wait for, then hold, a named row until the surrounding transaction ends. On SQLite the IMMEDIATE transaction
    already keeps every other writer out.
    """
    Latch.objects.get_or_create(name=name)
    Latch.objects.select_for_update().get(name=name)
