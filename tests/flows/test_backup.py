"""A backup is taken while others write; on a fresh machine everything is there again, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.world import ROOT, done, environ, json_of, make_home, run, soatin

START = "from flows.context import migrate, open_context\ncontext = open_context()\nmigrate()\n"
WRITER = """
from itertools import count
from flows.context import open_context
open_context()
from index.archive import intake, judgements
from index.proof import audit
from tests.index.make import SOURCES, claim_judgement, document
for start in count(100, 5):
    documents = [document(number) for number in range(start, start + 5)]
    intake.take_in(documents, SOURCES, warc="x.warc.gz")
    judgements.save_judgements([claim_judgement(d.id, (d.id,)) for d in documents])
    audit.record("writer", "wrote", str(start))
    print(start, flush=True)
"""
FIRST = """
from index import models
from index.archive import cases, intake, judgements, verdicts
from tests.index.make import SOURCES, claim_judgement, document, person
documents = [document(number, author=f"Nguyễn Văn {number}") for number in range(8)]
intake.take_in(documents, SOURCES)
judgements.save_judgements([claim_judgement(d.id, (d.id,)) for d in documents])
user = person("thanh", "lead")
row = models.Document.objects.get(pk=documents[0].id)
verdicts.give_verdict(user, row, "false", "ghi chú")
cases.add_action(user, cases.open_case(user, row.claim), "warning", "đã cảnh báo")
"""
COUNTS = """
import json
from django.db.models import Count
from index import models
from index.archive import authors
from django.db import DatabaseError, connection, transaction
documents = models.Document.objects.count()
broken = models.Document.objects.annotate(n=Count("versions")).exclude(n=1).count()
refused = 0
for sql in ("UPDATE archive_flag SET probability = 0", "DELETE FROM archive_auditentry", "DELETE FROM archive_verdict"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        refused += 1
case, user = models.Case.objects.get(), models.Verdict.objects.get().by
name = authors.reveal(user, case, models.Author.objects.get(document__claim__case=case), "xác minh người đăng tin")
print(json.dumps({
    "documents": documents, "flags": models.Flag.objects.count(), "claims": models.Claim.objects.count(),
    "broken": broken, "refused": refused,
    "cases": models.Case.objects.count(), "actions": models.Action.objects.count(),
    "name": name, "user": user.username, "unjudged": models.Document.objects.filter(classified_at=None).count(),
}))
"""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def stores(request: pytest.FixtureRequest) -> Iterator[list[dict[str, str]]]:
    """What to add to the environment for an archive and for an empty one on another machine."""
    if request.param == "SQLite":
        yield [{}, {}]
        return
    server = os.environ.get("SOATIN_TEST_DATABASE_URL", "")
    if not server:
        pytest.skip("SOATIN_TEST_DATABASE_URL is not set: backup and restore were NOT tried on PostgreSQL")
    import psycopg

    names = [f"soatin_{secrets.token_hex(6)}" for _ in range(2)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        yield [{"SOATIN_DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"} for name in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def script(home: Path, code: str, **more: str) -> str:
    return done(run(["-c", START + code], environ(home, **more), ROOT, 60))


def test_everything_is_there_again_on_a_fresh_machine(tmp_path: Path, stores: list[dict[str, str]]) -> None:
    here, there = stores
    home = make_home(tmp_path / "home", contact="thanh-tra@example.vn")
    (home / "soatin-data" / "sources" / "bao.toml").write_text('title = "Báo thử"', "utf-8")
    (home / "soatin-data" / "reports").mkdir()
    (home / "soatin-data" / "reports" / "bc.docx").write_bytes(b"bc")
    script(home, FIRST, **here)
    packed = tmp_path / "backup.tar.gz"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], env=environ(home, **here), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        done(soatin(home, "backup", str(packed), **here))
        assert writer.poll() is None, "the writer is still at it"
    finally:
        writer.kill()
        written = len(writer.communicate()[0].split())
    assert packed.stat().st_mode & 0o077 == 0, "it holds the key: for its owner alone"
    assert written > 0

    fresh = tmp_path / "fresh"
    fresh.mkdir()
    said = soatin(fresh, "restore", str(packed), **there)
    done(said)
    found = json.loads(script(fresh, COUNTS, **there))
    assert 13 <= found["documents"] <= 13 + 5 * (written + 1)
    assert found["flags"] == found["claims"] == found["documents"] - found["unjudged"], "all of one moment"
    kept = {"broken": 0, "cases": 1, "actions": 1, "refused": 3, "name": "Nguyễn Văn 0", "user": "thanh"}
    assert {name: found[name] for name in kept} == kept
    assert (fresh / "soatin.toml").read_bytes() == (home / "soatin.toml").read_bytes()
    assert (fresh / "soatin-data" / "sources" / "bao.toml").exists()
    assert (fresh / "soatin-data" / "reports" / "bc.docx").read_bytes() == b"bc"
    assert json_of(soatin(fresh, "audit", "verify", "--json", **there))["problems"] == []
    first = soatin(fresh, "search", "nội dung", "--json", **there).stdout.splitlines()[0]
    assert f'"total": {found["flags"]}' in first, "search was rebuilt from the archive"
    # What goes on afterwards: new rows get new numbers, the chain goes on.
    script(fresh, FIRST.replace("range(8)", "range(50, 58)").replace('"thanh"', '"binh"'), **there)
    assert json_of(soatin(fresh, "audit", "verify", "--json", **there))["problems"] == []

    refused = soatin(fresh, "restore", str(packed), **there)
    assert (refused.returncode, "already holds an archive" in refused.stderr) == (2, True)


def test_files_that_are_no_backup_and_tools_that_are_missing_are_named(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert soatin(home, "restore", str(tmp_path / "none")).returncode == 1
    (tmp_path / "other.tar.gz").write_bytes(b"\x1f\x8b no")
    refused = soatin(home, "restore", str(tmp_path / "other.tar.gz"))
    assert (refused.returncode, len(refused.stderr.strip().splitlines())) == (1, 1)
    with tarfile.open(tmp_path / "tar.tar.gz", "w:gz") as out:
        out.add(home / "soatin.toml", "soatin.toml")
    assert "not a soatin backup" in soatin(home, "restore", str(tmp_path / "tar.tar.gz")).stderr
    done(soatin(home, "migrate"))
    packed = tmp_path / "packed.tar.gz"
    done(soatin(home, "backup", str(packed)))
    whole = packed.read_bytes()
    packed.write_bytes(whole[: len(whole) // 2])
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    cut = soatin(fresh, "restore", str(packed))
    assert (cut.returncode, len(cut.stderr.strip().splitlines())) == (1, 1)
    assert not (fresh / "soatin-data" / "archive.sqlite3").exists()
    packed.write_bytes(whole)
    done(soatin(fresh, "restore", str(packed)))

    other = soatin(tmp_path, "restore", str(packed), SOATIN_DATABASE_URL="postgresql://a:b@127.0.0.1:9/x")
    assert (other.returncode, "another kind of database" in other.stderr) == (2, True)
    unwritten = soatin(home, "backup", str(tmp_path / "no" / "such" / "folder.tar.gz"))
    assert (unwritten.returncode, len(unwritten.stderr.strip().splitlines())) == (1, 1)
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.skipif("SOATIN_TEST_DATABASE_URL" in os.environ, reason="of a SQLite file; PostgreSQL checks its own")
def test_of_a_damaged_archive_no_backup_is_made(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    done(soatin(home, "migrate"))
    archive = home / "soatin-data" / "archive.sqlite3"
    whole = bytearray(archive.read_bytes())
    whole[8192:40960] = bytes(32768)
    archive.write_bytes(whole)
    for name in ("archive.sqlite3-wal", "archive.sqlite3-shm"):
        archive.with_name(name).unlink(missing_ok=True)
    refused = soatin(home, "backup", str(tmp_path / "b.tar.gz"))
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "b.tar.gz").exists()


def test_a_trigger_that_somebody_dropped_is_noticed(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    script(home, "from django.db import connection\nconnection.cursor().execute('DROP TRIGGER archive_flag_no_update')")
    said = soatin(home, "audit", "verify")
    assert (said.returncode, "archive_flag_no_update is missing" in said.stderr) == (1, True)


def test_without_pg_dump_the_cure_is_named(tmp_path: Path, stores: list[dict[str, str]]) -> None:
    here = stores[0]
    if not here:
        pytest.skip("SQLite needs no program")
    home = make_home(tmp_path / "home")
    done(soatin(home, "migrate", **here))
    said = soatin(home, "backup", str(tmp_path / "x.tar.gz"), **here, PATH=str(tmp_path))
    assert (said.returncode, "pg_dump is not installed here" in said.stderr) == (1, True)
