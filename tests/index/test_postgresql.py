"""What PostgreSQL refuses and SQLite does not. The other tests of this folder run on both; these need the server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from core.codes.texts import TextKind
from core.model.drops import Drop
from tests.index.make import SOURCES, claim_judgement, document, person


@pytest.fixture(autouse=True)
def server(db: None) -> None:
    """Said loudly where there is none."""
    if connection.vendor != "postgresql":
        pytest.skip("SOATIN_TEST_DATABASE_URL is not set: the archive was NOT tested on PostgreSQL")


def test_append_only_tables_cannot_be_emptied_at_a_stroke() -> None:
    """TRUNCATE asks no trigger of a row."""
    for table in ("archive_flag", "archive_verdict", "archive_action", "archive_auditentry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_what_sites_send_is_taken_in_whatever_it_holds() -> None:
    """NUL, half characters, a language and a drop's reason longer than their columns."""
    from index import models
    from index.archive import intake

    odd = replace(
        document(1, "Nội dung \0 có \ud800 ký tự lạ", title="Tiêu\0đề", author="Tên\0lạ"),
        language="vi-VN-x-rat-dai", tags=("a\0b",), engagement={"li\0kes": 3},
    )  # fmt: skip
    intake.take_in([odd, Drop("read", "r\0" * 90, "s" * 200, "https://x/\0", "d\0")], SOURCES)
    row = models.Document.objects.get()
    assert row.title == "Tiêu\ufffdđề"
    assert models.Drop.objects.count() == 1


def test_what_people_type_is_kept_whatever_it_holds() -> None:
    """A NUL can be put into any form by hand."""
    from index import models
    from index.archive import cases, intake, judgements, verdicts
    from index.proof import audit

    doc = document(1)
    intake.take_in([doc], SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, ("b",))])
    user = person("thanh", "inspector")
    row = models.Document.objects.get()
    verdicts.give_verdict(user, row, "false", "ghi\0chú")
    assert row.claim is not None
    cases.add_action(user, cases.open_case(user, row.claim), "none", "ghi\0chú")
    assert audit.verify() == []
    assert row.text_kind == TextKind.CLAIM
