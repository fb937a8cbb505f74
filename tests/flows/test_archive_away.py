"""The archive's database is stopped in mid-run: what comes in waits as evidence, the desk says so, and everything goes
on by itself when it is back. On SQLite its file is taken away; on PostgreSQL the wire to a real server is cut.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_string, policy
from pathlib import Path

import pytest

from tests.flows.world import ROOT, done, environ, json_of, make_home, rows, run, running_desk, soatin
from tests.proxy import Wire
from tests.site import Site

SOURCES = ("kenh-tin-nong", "tram-kiem-chung")
ROUNDS = """
import json, time
from flows.context import open_context
context = open_context()
from flows.pipeline import watch_round
while True:
    print(json.dumps(watch_round(context).to_json(), ensure_ascii=False), flush=True)
    time.sleep(0.3)
"""
COUNTS = """
import json
from flows.context import open_context
open_context()
from index import models
from index.work import leases
print(json.dumps({"ids": sorted(models.Document.objects.values_list("id", flat=True)),
    "versions": models.DocumentVersion.objects.count(), "flags": models.Flag.objects.count(),
    "unjudged": models.Document.objects.filter(classified_at=None).count(), "backlog": leases.backlogs()}))
"""


@pytest.fixture
def wire() -> Iterator[tuple[Wire, dict[str, str], dict[str, str]]]:
    """A cuttable wire to a database of one's own; the environment that goes through it, and the one that goes past."""
    server = os.environ.get("SOATIN_TEST_DATABASE_URL", "")
    if not server:
        pytest.skip("SOATIN_TEST_DATABASE_URL is not set: an outage of PostgreSQL was NOT tried")
    import psycopg

    name = f"soatin_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        direct = f"{server.rpartition('/')[0]}/{name}"
        cuttable = Wire(direct)
        yield cuttable, {"SOATIN_DATABASE_URL": cuttable.url}, {"SOATIN_DATABASE_URL": direct}
        cuttable.cut()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def rounds(home: Path, **more: str) -> Iterator[Callable[[], dict[str, object]]]:
    """Round after round in one process, as `soatin up` makes them; each call gives the next round's outcome."""
    process = subprocess.Popen(
        [sys.executable, "-c", ROUNDS], env=environ(home, **more), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    stdout = process.stdout

    def following() -> dict[str, object]:
        line = stdout.readline()
        assert line, f"the rounds ended: {process.stderr.read() if process.stderr else ''}"
        found: dict[str, object] = json.loads(line)
        return found

    try:
        yield following
    finally:
        process.kill()
        process.communicate()


def fetched(home: Path) -> list[Path]:
    folder = home / "soatin-data" / "warc"
    return [path for path in folder.glob("*") if path.stat().st_size] if folder.is_dir() else []


def wait_until(seen: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_taking_in_waits_on_evidence_while_postgresql_is_away_and_goes_on_by_itself(
    web: Site, crawled_once: Path, tmp_path: Path, wire: tuple[Wire, dict[str, str], dict[str, str]]
) -> None:
    cuttable, through, past = wire
    home = make_home(tmp_path / "home", web.sources_dir, SOURCES, lease_seconds=2)
    done(soatin(home, "migrate", **through))
    with rounds(home, **through) as following:
        wait_until(lambda: fetched(home), 60)
        cuttable.cut()  # in the middle of the first round
        first = following()
        assert "the archive is away" in str(first["errors"])
        assert "Traceback" not in str(first["errors"])
        assert "the archive is away" in str(following()["errors"]), "no crash: the next round only says so again"
        waiting = fetched(home)
        assert waiting, "what was fetched is there as evidence"
        cuttable.mend()
        until = time.monotonic() + 200
        while (last := following())["errors"] or last.get("new") or last.get("classified"):
            assert time.monotonic() < until, last
        time.sleep(2.5)  # leases of batches that were under way when the wire was cut run out
        following()
        following()
    found = json.loads(done(run(["-c", COUNTS], environ(home, **past), ROOT, 60)))
    wanted = rows(crawled_once, f"SELECT id FROM archive_document WHERE source IN {SOURCES} ORDER BY id")
    assert found["ids"] == [row[0] for row in wanted], "as if nothing had happened"
    assert found["versions"] == len(found["ids"]), "nothing doubled"
    found["backlog"].pop("poll", 0)  # who asked which source, until when: no work that waits
    assert (found["unjudged"], found["backlog"]) == (0, {"stuck": 0})


def get(address: str) -> tuple[int, str, str]:
    """Status, page and Retry-After, as a browser or program gets them that was here before."""
    headers = {"Cookie": f"sessionid={'a' * 32}", "Authorization": "Bearer soatin_mot_hai"}
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get("Retry-After", "")


def says_so(desk: str) -> None:
    status, page, retry = get(f"{desk}/")
    assert (status, retry) == (503, "30")
    assert "Kho lưu trữ tạm ngừng" in page
    assert "Traceback" not in page
    status, problem, retry = get(f"{desk}/api/v1/search?q=covid")
    assert (status, retry, json.loads(problem)["status"]) == (503, "30", 503)
    assert get(f"{desk}/static/desk/desk.css")[0] == 200


@pytest.mark.slow
def test_the_desk_says_so_while_postgresql_is_away_and_works_again_when_it_is_back(
    tmp_path: Path, wire: tuple[Wire, dict[str, str], dict[str, str]]
) -> None:
    cuttable, through, _ = wire
    home = make_home(tmp_path / "home")
    done(soatin(home, "migrate", **through))
    with running_desk(home, **through) as desk:
        before = get(f"{desk}/")[0]
        assert before != 503
        cuttable.cut()
        says_so(desk)
        cuttable.mend()
        assert get(f"{desk}/")[0] == before


@pytest.mark.slow
def test_the_desk_the_guard_and_the_commands_say_so_when_the_file_is_gone(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", alarm_to=["truc@example.vn"])
    done(soatin(home, "migrate"))
    archive = home / "soatin-data" / "archive.sqlite3"
    with running_desk(home) as desk:
        assert get(f"{desk}/")[0] != 503
        for file in archive.parent.glob("archive.sqlite3*"):
            file.rename(file.with_name("kept-" + file.name))
        archive.mkdir()
        says_so(desk)
        for command in ("status", "guard", "crawl", "guard"):
            said = soatin(home, command)
            assert (said.returncode, len(said.stderr.strip().splitlines())) == (1, 1), said.stderr
            assert "the archive cannot be used" in said.stderr
        shutil.rmtree(archive)
        for file in archive.parent.glob("kept-*"):
            file.rename(file.with_name(file.name.removeprefix("kept-")))
        assert get(f"{desk}/")[0] != 503
        soatin(home, "guard")
    mails = [file.read_text("utf-8") for file in sorted((home / "soatin-data" / "mail").glob("*.eml"))]
    subjects = [str(message_from_string(mail, policy=policy.default)["Subject"]) for mail in mails]
    assert subjects.count("soatin: kho lưu trữ không truy cập được") == 1, "told once"
    assert subjects.count("soatin: kho lưu trữ đã hoạt động trở lại") == 1
    assert json_of(soatin(home, "audit", "verify", "--json"))["problems"] == []
