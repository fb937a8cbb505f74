"""A small local web of invented press sites, a channel and a forum; every word of it is fiction.

``python -m tests.site`` serves it; :func:`start_site` does so from a test or the demo.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """A running demo web: ``sites`` maps a source's name to its base URL. A context manager that stops the server."""

    sites: dict[str, str]
    sources_dir: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End the server; safe to call twice."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_site(now: datetime | None = None, sources_dir: Path | None = None, directory: Path | None = None) -> Site:
    """Start the server in a subprocess that ends with this one (its standard input closes) and wait for its addresses.

    ``now`` (aware) is where the two days end; ``directory`` serves that folder's HTML files instead of the demo web.
    """
    command = [sys.executable, "-m", "tests.site"]
    for option, value in (
        ("--now", now.isoformat() if now else None),
        ("--sources", sources_dir),
        ("--dir", directory),
    ):
        if value is not None:
            command += [option, str(value.resolve()) if isinstance(value, Path) else str(value)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait()
        raise RuntimeError(f"python -m tests.site ended with {process.returncode} before it served")
    data = json.loads(line)
    return Site(data["sites"], Path(data["sources_dir"]), process)
