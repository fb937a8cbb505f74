"""Triggers that keep rows of Flag, Verdict, Action and AuditEntry as they were written (docs/adr/0002).

UPDATE never passes, nor does TRUNCATE, which only PostgreSQL has. DELETE passes only in a transaction that holds a
RetentionPermit row, and never for AuditEntry.
A program that needs an empty database (a test that flushes) calls ``remove`` first and ``install`` afterwards.
"""

# ruff: noqa: S608 -- statements are built from the constants of this module alone
from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

GUARDED = ("archive_flag", "archive_verdict", "archive_action")
PERMANENT = ("archive_auditentry",)
PERMIT = "archive_retentionpermit"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers for SQLite or PostgreSQL; does nothing where they are already there."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _create(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in (*GUARDED, *PERMANENT):
            for event in ("update", "delete", "truncate"):
                on = f" ON {table}" if postgresql else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def _create(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return _sqlite()
    if vendor == "postgresql":
        return _postgresql()
    raise ValueError(f"no append-only triggers for database {vendor}: use SQLite or PostgreSQL")


def _sqlite() -> list[str]:
    statements = []
    for table in (*GUARDED, *PERMANENT):
        abort = f"SELECT RAISE(ABORT, '{table} is append-only')"
        permitted = "" if table in PERMANENT else f" WHEN NOT EXISTS (SELECT 1 FROM {PERMIT})"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {abort}; END",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{permitted} BEGIN {abort}; END",
        ]
    return statements


def _postgresql() -> list[str]:
    refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;"
    statements = [
        f"CREATE OR REPLACE FUNCTION archive_refuse() RETURNS trigger AS $$ BEGIN {refuse} END $$ LANGUAGE plpgsql",
        (
            "CREATE OR REPLACE FUNCTION archive_refuse_unless_permitted() RETURNS trigger AS $$ BEGIN "
            f"IF EXISTS (SELECT 1 FROM {PERMIT}) THEN RETURN OLD; END IF; {refuse} END $$ LANGUAGE plpgsql"
        ),
    ]
    for table in (*GUARDED, *PERMANENT):
        on_delete = "archive_refuse" if table in PERMANENT else "archive_refuse_unless_permitted"
        statements += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION archive_refuse()",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {on_delete}()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION archive_refuse()",
        ]
    return statements
