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
    from index import polls

    me = polls.worker()
    assert polls.take(["a", "b"], ELSEWHERE, 60) == {"a", "b"}
    assert polls.take(["b", "c"], me, 60) == {"c"}
    polls.release(["a", "c"], me)
    assert polls.take(["a", "c"], me, 60) == {"c"}
    polls.release(["a", "b"], ELSEWHERE)
    assert polls.take(["a", "b"], me, 60) == {"a", "b"}
    assert polls.take(["a"], me, 60) == set(), "not even by the same worker: it has two threads"


def test_a_lease_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from index import polls

    polls.take(["a"], ELSEWHERE, 60)
    later = clock.now() + timedelta(seconds=61)

    def now() -> datetime:
        return later

    monkeypatch.setattr(clock, "now", now)
    assert polls.take(["a"], "me", 60) == {"a"}
    polls.release(["a"], ELSEWHERE)
    assert polls.take(["a"], "you", 60) == set()


def test_a_lease_ends_with_its_process_on_this_machine() -> None:
    from index import polls

    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    polls.take(["a"], f"{socket.gethostname()}:{process.pid}:abc123", 60)
    polls.take(["b"], f"{socket.gethostname()}:{os.getpid()}:abc123", 60)
    polls.take(["c"], "no name of ours", 60)
    assert polls.take(["a", "b", "c"], polls.worker(), 60) == {"a"}


def test_what_dead_workers_held_is_cleared_away_whoever_asks_next() -> None:
    from index import leases, polls

    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    polls.take(["a", "b"], f"{socket.gethostname()}:{process.pid}:abc123", 600)
    assert leases.backlog(polls.QUEUE) == 2
    assert polls.take([], polls.worker(), 60) == set()
    assert leases.backlog(polls.QUEUE) == 0
