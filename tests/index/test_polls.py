"""A source is polled by one worker at a time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from core import clock

pytestmark = pytest.mark.django_db
ELSEWHERE = "another-machine:4711:abc123"


def test_what_another_worker_holds_is_not_taken_until_it_gives_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from index.work import poll_leases

    me = poll_leases.worker()
    assert poll_leases.take(["a", "b"], ELSEWHERE, 60) == {"a", "b"}
    assert poll_leases.take(["b", "c"], me, 60) == {"c"}
    poll_leases.release(["a", "c"], me)
    assert poll_leases.take(["a", "c"], me, 60) == {"c"}
    poll_leases.release(["a", "b"], ELSEWHERE)
    assert poll_leases.take(["a", "b"], me, 60) == {"a", "b"}
    assert poll_leases.take(["a"], me, 60) == set(), "not even by the same worker: it has two threads"


def test_a_lease_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from index.work import poll_leases

    poll_leases.take(["a"], ELSEWHERE, 60)
    later = clock.now() + timedelta(seconds=61)

    def now() -> datetime:
        return later

    monkeypatch.setattr(clock, "now", now)
    assert poll_leases.take(["a"], "me", 60) == {"a"}
    poll_leases.release(["a"], ELSEWHERE)
    assert poll_leases.take(["a"], "you", 60) == set()


def test_a_lease_ends_with_its_process_on_this_machine() -> None:
    from index.work import poll_leases

    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    poll_leases.take(["a"], f"{socket.gethostname()}:{process.pid}:abc123", 60)
    poll_leases.take(["b"], f"{socket.gethostname()}:{os.getpid()}:abc123", 60)
    poll_leases.take(["c"], "no name of ours", 60)
    assert poll_leases.take(["a", "b", "c"], poll_leases.worker(), 60) == {"a"}


def test_what_dead_workers_held_is_cleared_away_whoever_asks_next() -> None:
    from index.work import leases, poll_leases

    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    poll_leases.take(["a", "b"], f"{socket.gethostname()}:{process.pid}:abc123", 600)
    assert leases.backlog(poll_leases.QUEUE) == 2
    assert poll_leases.take([], poll_leases.worker(), 60) == set()
    assert leases.backlog(poll_leases.QUEUE) == 0
