"""Work of rooms that neither the archive nor the desk may import: the settings name who does it (``SOATIN_BORROWED``).

Lint cannot see what those names stand for: tests/index/test_borrowed.py looks each up, and the desk's tests of claims
that are split and of pages as received use them from end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class ReceivedRecord(Protocol):
    """A record of an evidence file: its headers, and its body decoded."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names and values as received."""

    @property
    def body(self) -> bytes:
        """What was received, decoded. Raises SoatinError."""


def _lender(work: str) -> Any:
    return import_string(settings.SOATIN_BORROWED[work])


def keys(text: str) -> Sequence[str]:
    """The keys by which later texts find the claim of a suspect text."""
    found: Sequence[str] = _lender("keys")(text)
    return found


def received(file: Path, offset: int) -> ReceivedRecord:
    """The record at an offset of an evidence file. Raises DataError when there is none."""
    record: ReceivedRecord = _lender("received")(file, offset)
    return record
