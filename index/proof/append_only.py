"""Triggers that keep rows of what was judged and decided, of the audit log and of the manifest as they were written
(docs/adr/0002).

UPDATE never passes, nor does TRUNCATE, which only PostgreSQL has. DELETE passes only in a transaction that holds a
RetentionPermit row, and never for AuditEntry and ManifestEntry.
A program that needs an empty database (a test that flushes) calls ``remove`` first and ``install`` afterwards.
"""

# ruff: noqa: S608 -- statements are built from the constants of this module alone
from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = (
    "archive_flag", "archive_verdict", "archive_action", "archive_claimedit", "archive_disagreement",
    "archive_casereview", "archive_leveldecision",
)  # fmt: skip
PERMANENT = ("archive_auditentry", "archive_manifestentry")
PERMIT = "archive_retentionpermit"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers for SQLite or PostgreSQL, anew where they are already there. Tables that only a later
    migration makes are left to that one, which calls this again.
    """
    remove(connection)
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for statement in _create(connection.vendor, there):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in [name for name in (*GUARDED, *PERMANENT) if name in there]:
            for event in ("update", "delete", "truncate"):
                on = f" ON {table}" if postgresql else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and are not, one line each. Empty: all are."""
    postgresql = connection.vendor == "postgresql"
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if postgresql
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        there = {str(row[0]) for row in cursor.fetchall()}
    events = ("update", "delete", "truncate") if postgresql else ("update", "delete")
    wanted = [f"{table}_no_{event}" for table in (*GUARDED, *PERMANENT) for event in events]
    return [f"append-only trigger {name} is missing" for name in wanted if name not in there]


def _create(vendor: str, there: Collection[str]) -> list[str]:
    tables = [name for name in (*GUARDED, *PERMANENT) if name in there]
    if vendor == "sqlite":
        return _sqlite(tables)
    if vendor == "postgresql":
        return _postgresql(tables)
    raise ValueError(f"no append-only triggers for database {vendor}: use SQLite or PostgreSQL")


def _sqlite(tables: Iterable[str]) -> list[str]:
    statements = []
    for table in tables:
        abort = f"SELECT RAISE(ABORT, '{table} is append-only')"
        permitted = "" if table in PERMANENT else f" WHEN NOT EXISTS (SELECT 1 FROM {PERMIT})"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {abort}; END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{permitted} BEGIN {abort}; END",
        ]
    return statements


def _postgresql(tables: Iterable[str]) -> list[str]:
    refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;"
    statements = [
        f"CREATE OR REPLACE FUNCTION archive_refuse() RETURNS trigger AS $$ BEGIN {refuse} END $$ LANGUAGE plpgsql",
        (
            "CREATE OR REPLACE FUNCTION archive_refuse_unless_permitted() RETURNS trigger AS $$ BEGIN "
            f"IF EXISTS (SELECT 1 FROM {PERMIT}) THEN RETURN OLD; END IF; {refuse} END $$ LANGUAGE plpgsql"
        ),
    ]
    for table in tables:
        on_delete = "archive_refuse" if table in PERMANENT else "archive_refuse_unless_permitted"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION archive_refuse()",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {on_delete}()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION archive_refuse()",
        ]
    return statements
