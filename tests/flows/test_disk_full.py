"""The disk is full in mid-run: one line says so, nothing is lost and nothing doubled once there is room again."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path

import pytest

from tests.flows.world import SOATIN, environ, make_home, one, rows, soatin
from tests.site import Site

SOURCES = ("kenh-tin-nong", "tram-kiem-chung")


def limited(home: Path, largest: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that cannot write a file beyond so many bytes: what the system calls then fail is real."""
    return subprocess.run(
        [str(SOATIN), *arguments], env=environ(home), cwd=home, capture_output=True, text=True,
        timeout=300, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("where", ["evidence", "archive"])
def test_what_did_not_fit_comes_in_when_there_is_room(
    where: str, web: Site, crawled_once: Path, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home", web.sources_dir, SOURCES, lease_seconds=1)
    assert soatin(home, "migrate").returncode == 0
    archive = home / "soatin-data" / "archive.sqlite3"
    largest = 6_000 if where == "evidence" else archive.stat().st_size + 20_000
    full = limited(home, largest, "crawl", "--json")
    assert full.returncode == 1, full.stdout
    assert "Traceback" not in full.stderr + full.stdout, full.stderr
    said = json.loads(full.stdout)["errors"] if full.stdout else [full.stderr]
    assert said
    assert all(len(line.splitlines()) == 1 for line in said)

    for _ in range(2):
        soatin(home, "crawl", "--source", SOURCES[0], "--source", SOURCES[1], timeout=300)
    wanted = rows(crawled_once, f"SELECT id FROM archive_document WHERE source IN {SOURCES} ORDER BY id")
    assert rows(home, "SELECT id FROM archive_document ORDER BY id") == wanted
    assert one(home, "SELECT count(*) FROM archive_documentversion") == len(wanted)
    assert one(home, "SELECT count(*) FROM archive_document WHERE classified_at IS NULL") == 0
    assert one(home, "PRAGMA integrity_check") == "ok"
    verified = soatin(home, "evidence", "verify", "--json")
    assert all(json.loads(line)["state"] == "whole" for line in verified.stdout.splitlines()), verified.stdout
