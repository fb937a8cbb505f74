"""Whether an error means that the archive's database cannot be used just now: stopped, unreachable, its disk full."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, OperationalError


def words(error: BaseException | None) -> str:
    """What the database says, on one line; empty when the error is another one, such as a missing table."""
    # SQLite says by the class itself that the file is not, or no longer, a database.
    if not (isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError):
        return ""
    said = " ".join(str(error).split())[:200]
    return "" if said.startswith("no such ") else said or type(error).__name__
