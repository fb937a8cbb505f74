"""`soatin up`: scheduler, flows and desk of one command; what was missed is made up; it ends without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.run.processes import free_port, wait_for
from tests.flows.world import SOATIN, done, environ, kill_group, make_home, rows, script, soatin
from tests.site import Site


def test_the_pinned_scheduler_can_be_imported() -> None:
    """Prefect's server does not import with later FastAPI releases than the one in requirements.lock."""
    from prefect.server.api import server

    assert server.create_app


def until(what: Callable[[], Any], seconds: float, words: str) -> Any:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{words}: not within {seconds:.0f} s")


def of_home(home: Path) -> list[int]:
    """Processes that run for this home."""
    mark = f"SOATIN_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_up_watches_reports_and_stops_cleanly(web: Site, tmp_path: Path) -> None:
    port = free_port()
    home = make_home(
        tmp_path / "home", web.sources_dir, ["kenh-tin-nong"], port=port, watch_minutes=1, mail_to=["a@example.vn"]
    )
    done(soatin(home, "migrate"))
    script(  # as if it had run two days ago and been down since: slots were missed
        home,
        "from datetime import timedelta\nfrom core import clock\nfrom index.models import WarcFile\n"
        "WarcFile.objects.create(name='old.warc.gz', sha256='', size=0, read_at=clock.now(),"
        " found_at=clock.now() - timedelta(days=2))\n",
    )
    up = subprocess.Popen(
        [str(SOATIN), "up"], env=environ(home), cwd=home, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        until(lambda: wait_for(f"http://127.0.0.1:{port}/", 1), 120, "the desk answers")
        until(lambda: rows(home, "SELECT 1 FROM archive_document LIMIT 1"), 120, "a document arrives")
        late = until(lambda: rows(home, "SELECT late FROM archive_report"), 120, "a missed slot is made up")
        assert {row[0] for row in late} == {1}
        until(lambda: list((home / "soatin-data" / "mail").glob("*.eml")), 60, "it is sent")
        began = time.monotonic()
        os.kill(up.pid, signal.SIGTERM)
        assert up.wait(30) == 0
        assert time.monotonic() - began < 20
        until(lambda: not of_home(home), 5, "no process is left")
    finally:
        kill_group(up)
        for pid in of_home(home):
            os.kill(pid, signal.SIGKILL)


def test_up_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        home = make_home(tmp_path, port=taken.getsockname()[1])
        result = soatin(home, "up")
    assert result.returncode == 1
    assert "port" in result.stderr
    assert "set another port" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
