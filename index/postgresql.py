"""What PostgreSQL cannot hold is made storable on its way there, wherever it came from."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def accept_any_text(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """A NUL in any text parameter goes as U+FFFD: from a form, an address or a header it is no reason for a failure.
    Signal receiver of ``connection_created``.
    """
    if connection.vendor != "postgresql":
        return
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415 -- optional: SQLite needs none

    class Storable(StrDumperUnknown):
        """As psycopg sends text, without NUL."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.connection.adapters.register_dumper(str, Storable)
