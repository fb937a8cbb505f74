"""The manifest of the evidence files: written with them, never changed, and what is changed from outside is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db
RECORDS = [(0, 12, "ab" * 32), (12, 30, "cd" * 32)]


@pytest.fixture
def entered(tmp_path: Path) -> list[str]:
    from index.archive import intake

    names = [f"{number}.warc.gz" for number in range(5)]
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
        assert intake.register_warc(tmp_path / name, lambda _path: list(RECORDS))
    return names


@contextmanager
def broken_in() -> Iterator[None]:
    """As somebody who writes to the database past the triggers."""
    from index.proof import append_only

    append_only.remove(connection)
    yield
    append_only.install(connection)


def named() -> list[tuple[int, str]]:
    from index.proof import manifest

    return [(one.number, one.state) for one in manifest.problems()]


def test_each_file_has_one_entry_that_follows_the_one_before(entered: list[str], tmp_path: Path) -> None:
    from index import models
    from index.archive import intake
    from index.proof import manifest

    assert not intake.register_warc(tmp_path / entered[0], lambda _path: [])
    rows = list(models.ManifestEntry.objects.order_by("number"))
    assert [row.file for row in rows] == entered
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert manifest.head() == (5, rows[-1].hash)
    assert named() == []
    assert models.ManifestEntry.objects.get(number=2).records == [list(record) for record in RECORDS]


def test_the_database_refuses_changes(entered: list[str]) -> None:
    from index import models

    for change in (
        lambda: models.ManifestEntry.objects.filter(number=2).update(sha256="0" * 64),
        lambda: models.ManifestEntry.objects.filter(number=2).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_what_was_changed_removed_or_cut_off_past_the_database_is_named(entered: list[str]) -> None:
    from index import models

    rows = models.ManifestEntry.objects
    with broken_in():
        rows.filter(number=3).update(sha256="0" * 64)
        assert named() == [(3, "changed")]
        rows.filter(number=2).delete()
        assert (2, "missing") in named()
        rows.filter(number__gte=4).delete()
        assert (4, "missing") in named()
        models.ManifestHead.objects.update(count=3, hash=rows.get(number=3).hash)
        assert (3, "changed") in named(), "the end mark is sealed with a key"
        models.ManifestHead.objects.all().delete()
        assert (3, "changed") in named()


def test_a_file_from_before_the_manifest_is_entered_when_it_is_what_it_was(tmp_path: Path) -> None:
    from core import clock
    from index import models
    from index.proof import manifest

    good, bad = tmp_path / "old.warc.gz", tmp_path / "bad.warc.gz"
    for file in (good, bad):
        file.write_bytes(b"old")
        models.WarcFile.objects.create(name=file.name, sha256=manifest.file_sha256(file), size=3, found_at=clock.now())
    bad.write_bytes(b"new")
    assert manifest.catch_up(tmp_path, lambda _path: []) == 1
    assert manifest.catch_up(tmp_path, lambda _path: []) == 0
    assert [(one.file, one.state) for one in manifest.problems()] == [("bad.warc.gz", "unlisted")]


def test_part_of_the_chain_is_handed_out_with_the_records_of_the_files_asked_for(entered: list[str]) -> None:
    from core.manifest import breaks
    from index.proof import manifest

    part = manifest.entries(["3.warc.gz"])
    assert [entry["number"] for entry in part] == [4, 5]
    assert [("records" in entry) for entry in part] == [True, False]
    assert breaks(part, first=4) == []
    assert manifest.entries(["none"]) == []
