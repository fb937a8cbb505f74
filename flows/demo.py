"""The whole job on a small local web: served, crawled over HTTP, read, flagged, indexed, reported.

The web is started as ``python -m tests.site`` (a string that import-linter cannot see; tests/flows/test_demo.py
goes through here), so the demo needs a checkout, not only the installed package.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import clock
from core.errors import SoatinError, UsageError
from core.plans import last_slot
from core.settings import Settings, load
from flows.bootstrap import Context

MARK = ".soatin-demo"
ROOT = Path(__file__).resolve().parent.parent
SITE_START = 30  # seconds
SERVER_START = 180


@dataclass(frozen=True)
class DemoResult:
    """What the demo shows at its end; paths are absolute."""

    documents: int
    flags: int
    report_docx: str
    report_pdf: str
    seconds: float


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
def flow_server(settings: Settings) -> Iterator[str]:
    """Prefect's server, for as long as the demo's flow runs: started first, as it takes longest."""
    from flows.up import scheduler, shut_down

    server, api = scheduler(settings)
    server.start()
    try:
        yield api
    finally:
        shut_down([server])


def whole_job(context: Context, api: str, began: float) -> DemoResult:
    """Crawl to report, by the same flows that `soatin up` schedules."""
    from flows.up import prefect_environ, wait_for

    os.environ.update(prefect_environ(context.settings, api))
    from flows.flows import watch
    from flows.pipeline import RoundResult, deliver
    from flows.reporting import make_slot, slots_of
    from index.models import Document, Flag

    if not wait_for(f"{api}/health", SERVER_START):
        log = context.settings.data / "logs/scheduler.log"
        raise SoatinError("the flow server did not start", where=str(log), cure="see this log")
    outcome: Any = watch()
    for error in outcome["errors"]:
        sys.stderr.write(f"{error}\n")
    slot = last_slot(slots_of(context.settings, context.plan), clock.now())
    report = make_slot(context, slot)
    deliver(context, RoundResult())
    return DemoResult(
        documents=Document.objects.count(),
        flags=Flag.objects.filter(flagged=True).count(),
        report_docx=str(context.settings.report_dir / report.docx),
        report_pdf=str(context.settings.report_dir / report.pdf),
        seconds=round(time.monotonic() - began, 1),
    )
