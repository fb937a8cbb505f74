"""One evidence file that is not what was received stops nothing else, and is named wherever somebody looks."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.flows.world import make_home, one, soatin

PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>Trang cũ</p></body></html>".encode()
WHOLE = (
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://bao.example/a.html\r\n"
    b"WARC-Date: 2021-08-01T00:00:00Z\r\nContent-Type: application/http;msgtype=response\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (len(PAGE), PAGE)
)
READ = "SELECT count(*) FROM archive_warcfile WHERE read_at IS NOT NULL AND name = 'hai.warc.gz'"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = make_home(tmp_path / "home")
    (made / "soatin-data" / "warc").mkdir()
    return made


def evidence(home: Path, name: str, content: bytes) -> Path:
    path = home / "soatin-data" / "warc" / name
    path.write_bytes(content)
    return path


def test_a_file_that_changed_after_it_was_entered_is_set_aside_and_the_others_are_read(home: Path) -> None:
    changed = evidence(home, "mot.warc.gz", WHOLE)
    soatin(home, "crawl", "--json")
    changed.write_bytes(WHOLE[:120])
    evidence(home, "hai.warc.gz", WHOLE)
    evidence(home, "rong.warc.gz", b"")
    evidence(home, "ngau-nhien.warc.gz", os.urandom(4000))
    result = soatin(home, "crawl", "--json")
    assert "mot.warc.gz is set aside" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in (home / "soatin-data/warc/set-aside").iterdir()] == ["mot.warc.gz"]
    assert one(home, READ) == 1
    assert one(home, "SELECT count(*) FROM archive_drop WHERE reason = 'damaged-file'") == 1

    guard = soatin(home, "guard", "--quiet", "--json")
    assert guard.returncode == 1
    found = json.loads(guard.stdout)["findings"]
    assert [row["subject"] for row in found if row["code"] == "evidence-damaged"] == ["mot.warc.gz"]
    again = soatin(home, "crawl", "--json")
    assert "set aside" not in again.stdout + again.stderr


def test_a_folder_of_such_a_name_stops_nothing(home: Path) -> None:
    (home / "soatin-data" / "warc" / "thu-muc.warc.gz").mkdir()
    evidence(home, "hai.warc.gz", WHOLE)
    result = soatin(home, "crawl", "--json")
    assert "Traceback" not in result.stderr
    assert one(home, READ) == 1
    assert "thu-muc.warc.gz" in result.stdout + result.stderr
