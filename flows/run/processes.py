"""Processes of one tree: started, kept running, stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import IO

from core.errors import SoatinError
from core.settings import Settings

STOP_SECONDS = 15


STEADY = 60  # a child that lived so long starts with a short pause again


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: IO[bytes]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a process group of its own, so that a Ctrl-C reaches only the parent."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.environ, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def tend(self) -> str:
        """Start it again when it has died, after a growing pause; returns words for the person, or ''."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.pause = 1.0 if now - self.started > STEADY else min(self.pause * 2, 60.0)
        self.process, self.start_at = None, now + self.pause
        return f"{self.name} ended with status {code}; starting it again in {self.pause:.0f} s (see {self.log.name})"

    def stop(self) -> None:
        """Ask its whole group to end."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End its whole group."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prefect_environ(settings: Settings, api: str = "") -> dict[str, str]:
    """The environment of our processes: Prefect keeps its state in the data folder and phones nobody."""
    environ = {
        **os.environ,
        "SOATIN_HOME": str(settings.home),
        "PREFECT_HOME": str(settings.data / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "WARNING"),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",  # its default of 20 is short on a busy machine
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }
    if api:
        environ["PREFECT_API_URL"] = api
    return environ


def scheduler(settings: Settings) -> tuple[Child, str]:
    """Prefect's own server on a free loopback port, not yet started, and the address of its API."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    child = Child("scheduler", command, prefect_environ(settings), _log(settings, "scheduler"))
    return child, f"http://127.0.0.1:{port}/api"


def _log(settings: Settings, name: str) -> IO[bytes]:
    logs = settings.data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return (logs / f"{name}.log").open("ab")


def wait_for(url: str, seconds: float) -> bool:
    """Whether an address of ours answers within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- our own http address
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def shut_down(family: list[Child]) -> None:
    """Stop in reverse order of starting; what does not end in time is killed (the archive stands that)."""
    for child in reversed(family):
        child.stop()
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and any(c.process and c.process.poll() is None for c in family):
        time.sleep(0.1)
    for child in family:
        child.kill()
        child.log.close()


def refuse_taken_port(settings: Settings) -> None:
    """Raise SoatinError naming the setting when the desk's port is taken."""
    port = int(settings.port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((str(settings.host), port))
        except OSError as error:
            raise SoatinError(
                f"cannot listen on {settings.host}:{port} ({error.strerror})",
                where="port",
                cure="stop what uses it, or set another port in soatin.toml",
            ) from None
