"""Processes of one tree: started, kept running, stopped together."""

from __future__ import annotations

import os
import secrets
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
from flows.run.parent import MARK, mark

STOP_SECONDS = 15
STEADY = 60  # a child that lived so long starts with a short pause again


@dataclass
class Child:
    """One process that is kept running."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: IO[bytes]
    listening: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a process group of its own, so that a Ctrl-C reaches only the parent."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environ,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[self.listening.fileno()] if self.listening else [],
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

    def close(self) -> None:
        """Let go of its log and its port."""
        self.log.close()
        if self.listening:
            self.listening.close()


@dataclass(frozen=True)
class Api:
    """Where Prefect's server is to be reached, and the password (``user:password``) that it asks for."""

    url: str
    password: str = field(default="", repr=False)


def free_port() -> int:
    """A loopback port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_environ(settings: Settings) -> dict[str, str]:
    """The environment of our processes. They carry whose they are, and end with this one."""
    return {
        **os.environ,
        "SOATIN_HOME": str(settings.home),
        MARK: mark(settings.data),
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


def prefect_environ(settings: Settings, api: Api | None = None) -> dict[str, str]:
    """The environment of processes that use Prefect: it keeps its state in the data folder and phones nobody. The
    password is in no file, on no command line and in no log.
    """
    environ = {
        **own_environ(settings),
        "PREFECT_HOME": str(settings.data / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "WARNING"),
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # such a server would be open to everyone on this machine
    }
    if api:
        environ["PREFECT_API_URL"] = api.url
    if api and api.password:
        environ["PREFECT_API_AUTH_STRING"] = api.password
    return environ


def scheduler(settings: Settings) -> tuple[Child, Api]:
    """Prefect's server on a loopback port that is ours from now on, not yet started, and how to reach it."""
    listening = socket.create_server(("127.0.0.1", 0))
    api = Api(f"http://127.0.0.1:{listening.getsockname()[1]}/api", f"soatin:{secrets.token_urlsafe(32)}")
    environ = prefect_environ(settings) | {
        "PREFECT_SERVER_API_AUTH_STRING": api.password,
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    command = [sys.executable, "-m", "flows.run.scheduler", str(listening.fileno())]
    return Child("scheduler", command, environ, own_log(settings, "scheduler"), listening), api


def own_log(settings: Settings, name: str) -> IO[bytes]:
    """The log file of a process of ours, open for appending."""
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
        child.close()


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
