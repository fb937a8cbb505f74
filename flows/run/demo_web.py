"""The demo's small web and its folder: what is there before anything is crawled."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import SoatinError, UsageError
from core.settings import Settings, load
from flows.run.processes import Api, scheduler, shut_down

MARK = ".soatin-demo"


ROOT = Path(__file__).resolve().parents[2]


SITE_START = 30  # seconds


@contextmanager
def small_web(sources_dir: Path, web: Path | None) -> Iterator[dict[str, Any]]:
    """Serve the demo web (or a folder of HTML files) on loopback; one source file a site goes into ``sources_dir``."""
    if not (ROOT / "tests" / "site").is_dir():
        raise SoatinError(
            "the demo's pages are not here", where=str(ROOT / "tests/site"), cure="run it from a checkout: make demo"
        )
    if web is not None and not web.is_dir():
        raise UsageError("no such folder", where=str(web), cure="give a folder of HTML files to --web")
    command = [sys.executable, "-m", "tests.site", "--sources", str(sources_dir)]
    if web is not None:
        command += ["--dir", str(web.resolve())]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield _first_line(server)
    finally:
        server.terminate()
        server.wait(10)


def _first_line(server: subprocess.Popen[str]) -> dict[str, Any]:
    assert server.stdout is not None  # noqa: S101 -- Popen was given a pipe
    ready, _, _ = select.select([server.stdout], [], [], SITE_START)
    line = server.stdout.readline() if ready else ""
    if not line:
        raise SoatinError("the demo's pages could not be served", where="tests/site", cure="see the message above")
    found: dict[str, Any] = json.loads(line)
    return found


def prepare(home: Path, port: int) -> Settings:
    """A fresh installation in ``home``. An earlier demo there is removed; anything else is left alone."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise UsageError(
                "this folder is not an earlier demo's", where=str(home), cure="remove it, or run elsewhere"
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    (home / "soatin.toml").write_text(
        'province = "vinh-phuc"\nshipped_sources = false\ndata_dir = "data"\n'
        f'mail_to = ["thanh-tra@example.vn"]\nport = {port}\nrequest_timeout = 10\nround_timeout = 120\n',
        "utf-8",
    )
    return load(home)


@contextmanager
def flow_server(settings: Settings) -> Iterator[Api]:
    """Prefect's server, for as long as the demo's flow runs: started first, as it takes longest."""
    server, api = scheduler(settings)
    server.start()
    try:
        yield api
    finally:
        shut_down([server])
