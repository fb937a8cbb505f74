"""Several workers, some of them killed: nothing is lost and nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from tests.index import worker


def _start(what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.index.worker", what],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def archive(home: Path) -> Path:
    """A migrated archive with work that is due."""
    process = _start("migrate")
    process.communicate(timeout=60)
    assert process.returncode == 0
    return home / "soatin-data"


def test_two_processes_never_claim_the_same_job(archive: Path) -> None:
    """And between them they claim all."""
    assert archive.is_dir()
    outputs = [process.communicate(timeout=60)[0].split() for process in [_start("claim"), _start("claim")]]
    assert sorted(map(int, outputs[0] + outputs[1])) == list(range(400))


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_killed_at_any_moment_the_archive_ends_as_if_nobody_had_been_killed(archive: Path) -> None:
    """Two workers side by side, killed again and again in the middle of taking in, judging and indexing."""
    rng = random.Random(20211121)
    kills = 0
    for _ in range(5):
        workers = [_start("work"), _start("work")]
        for process in workers:
            assert process.stdout is not None
            process.stdout.readline()
        time.sleep(rng.uniform(0.02, 0.25))
        for process in workers:
            kills += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate()
    assert kills >= 4, "the workers finished before they could be killed: make them more work"
    last = _start("work")
    last.communicate(timeout=90)
    assert last.returncode == 0

    url = os.environ.get("SOATIN_DATABASE_URL", "")
    db = psycopg.connect(url) if url else sqlite3.connect(archive / "archive.sqlite3")
    search = sqlite3.connect(archive / "search.sqlite3")

    def number(sql: LiteralString, where: sqlite3.Connection | psycopg.Connection = db) -> int:
        row = where.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    on_topic = sum(1 for n in range(worker.DOCUMENTS) if n % 4)
    assert number("SELECT count(*) FROM archive_document") == worker.DOCUMENTS
    assert number("SELECT count(*) FROM archive_documentversion") == worker.DOCUMENTS
    assert number("SELECT count(*) FROM archive_flag") == on_topic
    assert number("SELECT count(*) FROM archive_claim") == worker.CLAIMS
    assert number("SELECT sum(documents_count) FROM archive_claim") == on_topic
    assert number("SELECT count(*) FROM archive_place") == on_topic
    assert number("SELECT count(*) FROM archive_drop WHERE reason = 'no-text'") == worker.FILES
    assert number("SELECT count(*) FROM archive_drop WHERE reason = 'off-topic'") == worker.DOCUMENTS - on_topic
    assert number("SELECT count(*) FROM archive_job WHERE queue NOT IN ('test', 'match')") == 0
    assert number("SELECT count(*) FROM archive_job WHERE queue = 'match'") == on_topic  # for the flows
    assert number("SELECT count(*) FROM facts", search) == on_topic
    assert number("SELECT count(*) FROM words WHERE words MATCH '\"nội dung\"'", search) == on_topic
    if isinstance(db, sqlite3.Connection):
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
