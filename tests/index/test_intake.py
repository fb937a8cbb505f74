"""What was read comes into the archive once, however often it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import DataError
from core.model.documents import Document
from core.model.drops import Drop, Fetched, Polled
from tests.index.make import SOURCES, START, document

pytestmark = pytest.mark.django_db


def test_reading_the_same_evidence_again_changes_nothing() -> None:
    """Documents, drops and polls of one file count once; in another round the same drop counts again."""
    from index import models
    from index.archive import intake
    from index.work import leases

    items: list[Document | Drop | Fetched | Polled] = [
        document(1), document(2, author="Nguyễn Văn A"), Drop("read", "no-text", "bao-mau", "https://bao.example/x"),
        Fetched("bao-mau", "abc", START), Polled("bao-mau", START, 4, "timeout"),
    ]  # fmt: skip
    first = intake.take_in(items, SOURCES, warc="a.warc.gz")
    leases.done("classify", leases.claim("classify", "w", 10, 60), "w")
    again = intake.take_in(items, SOURCES, warc="a.warc.gz")
    assert (first.new, first.changed, first.same, first.drops) == (2, 0, 0, 1)
    assert (again.new, again.changed, again.same, again.drops) == (0, 0, 2, 0)
    assert leases.backlog("classify") == 0
    assert intake.seen("bao-mau") == {"abc"}
    assert models.SourceState.objects.get(name="bao-mau").failures == 1
    assert intake.take_in([items[2]], SOURCES, warc="b.warc.gz").drops == 1


def test_a_rewritten_article_becomes_a_new_version_and_an_old_file_does_not_bring_the_old_text_back() -> None:
    """Also when the page later returns to its first wording."""
    from index import models
    from index.archive import intake, reading

    old, new = document(1, "Lời cũ."), document(1, "Lời mới.", hours=1)
    back = document(1, "Lời cũ.", hours=2)
    intake.take_in([old], SOURCES)
    assert intake.take_in([new], SOURCES).changed == 1
    assert intake.take_in([old], SOURCES).same == 1
    assert reading.documents([old.id])[0].text == "Lời mới."
    assert intake.take_in([back], SOURCES).changed == 1
    assert intake.take_in([old, new, back], SOURCES).same == 3
    assert reading.version_of([old.id]) == {old.id: 3}
    assert list(models.DocumentVersion.objects.order_by("number").values_list("text", flat=True)) == [
        "Lời cũ.", "Lời mới.", "Lời cũ.",
    ]  # fmt: skip


def test_an_older_text_that_comes_late_is_kept_as_a_version_but_is_not_the_current_one() -> None:
    """Evidence files may be read out of order."""
    from index import models
    from index.archive import intake

    intake.take_in([document(1, "Lời mới.", hours=5)], SOURCES)
    intake.take_in([document(1, "Lời cũ.", hours=1)], SOURCES)
    row = models.Document.objects.get()
    assert (row.text, row.version, row.versions.count()) == ("Lời mới.", 1, 2)
    intake.take_in([document(1, "Lời mới nhất.", hours=6)], SOURCES)
    row.refresh_from_db()
    assert (row.text, row.version) == ("Lời mới nhất.", 3)


def test_what_a_document_is_kept_with() -> None:
    """Source kind and officialness from the source, the author only as a pseudonym, no moment in the future."""
    from index import models
    from index.archive import intake, reading

    ahead = replace(document(3, source="so-y-te", author="Trần Thị B"), published=START + timedelta(days=400))
    intake.take_in([ahead, document(4, source="la")], SOURCES)
    row = models.Document.objects.get(id=ahead.id)
    assert (row.source_kind, row.official, row.moment) == ("official", True, START)
    assert models.Document.objects.get(source="la").source_kind == "page"
    back = reading.documents([ahead.id])[0]
    assert back.author == ""
    assert len(back.author_key) == 32
    assert "Trần".encode() not in bytes(models.Author.objects.get().name)


def test_text_that_no_database_can_hold_is_made_storable_without_moving_offsets() -> None:
    """NUL and lone surrogates."""
    from index.archive import intake, reading

    nasty = document(1, "a\x00b\ud800c")
    intake.take_in([nasty], SOURCES)
    assert reading.documents([nasty.id])[0].text == "a\ufffdb\ufffdc"
    assert intake.take_in([nasty], SOURCES).same == 1


def test_an_evidence_file_is_entered_once_and_must_not_change(tmp_path: Path) -> None:
    """Another file under a known name is refused with the cure."""
    from index.archive import intake
    from index.work import leases

    file = tmp_path / "x.warc.gz"
    file.write_bytes(b"one")
    assert intake.register_warc(file)
    assert not intake.register_warc(file)
    assert leases.claim("read", "w", 9, 60) == ["x.warc.gz"]
    intake.finish_warc("x.warc.gz", 1)
    file.write_bytes(b"other")
    with pytest.raises(DataError, match="backup"):
        intake.register_warc(file)


def test_polls_in_a_row_count_failures_until_one_succeeds() -> None:
    """An older poll read late changes nothing."""
    from index import models
    from index.archive import intake

    for hours, error in ((1, "x"), (2, "y"), (0, "")):
        intake.take_in([Polled("bao-mau", START + timedelta(hours=hours), 1, error)], SOURCES)
    state = models.SourceState.objects.get()
    assert (state.failures, state.last_error, state.last_success) == (2, "y", None)
    intake.take_in([Polled("bao-mau", START + timedelta(hours=3), 1)], SOURCES)
    state.refresh_from_db()
    assert (state.failures, state.last_error, state.last_success) == (0, "", START + timedelta(hours=3))
