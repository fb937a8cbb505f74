"""Two processes write, one rebuilds the search index, and all are killed again and again: search holds the archive."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SECONDS = float(os.environ.get("SOATIN_TEST_REINDEX_SECONDS", "15"))
SEED = int(os.environ.get("SOATIN_TEST_REINDEX_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(int(SECONDS) + 400)]


def _start(*what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.index.reindexing", *what]
    return subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def _ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def _run(seconds: float, dice: random.Random) -> tuple[int, int]:
    """Kills, and rebuildings that came to their end."""
    tasks = [("write", "1"), ("write", "2"), ("reindex",)]
    running = {task: _start(*task) for task in tasks}
    kills = finished = 0
    for process in running.values():
        _ready(process)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(dice.uniform(0.2, 4.0))
        assert [task for task, process in running.items() if process.poll() is not None] == [], "ended by themselves"
        killed = dice.sample(tasks, dice.randint(1, 3))
        for task in killed:
            finished += _kill(running[task])
            running[task] = _start(*task)
        for task in killed:
            _ready(running[task])
        kills += len(killed)
    for process in running.values():
        finished += _kill(process)
    return kills, finished


def _kill(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0].count("done")


@pytest.mark.parametrize("engine", ["sqlite", "elasticsearch"])
def test_killed_at_any_moment_search_ends_as_the_archive(
    engine: str, home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SOATIN_TEST_REINDEX_SECONDS makes it longer, SOATIN_TEST_REINDEX_SEED repeats the kills."""
    assert home.is_dir()
    if engine == "elasticsearch":
        monkeypatch.setenv("SOATIN_SEARCH_URL", f"{request.getfixturevalue('elastic_url')}-killed")
    assert _start("migrate").wait(timeout=120) == 0
    kills, finished = _run(SECONDS, random.Random(SEED))
    print(f"seed {SEED}: {kills} kills, {finished} rebuildings finished in {SECONDS:.0f} s on {engine}")
    last = _start("finish")
    said = json.loads(last.communicate(timeout=300)[0])
    assert said["archive"] > 10, said
    assert said == {"archive": said["archive"], "search": said["archive"], "different": []}, f"seed {SEED}"


@pytest.mark.django_db
@pytest.mark.parametrize("engine", ["sqlite", "elasticsearch"])
def test_an_index_that_another_run_switches_is_begun_again(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """As by the last word of a killed run, which reached the server late."""
    from core.settings import load
    from flows.context import Context
    from flows.upkeep.reindex import reindex
    from index.archive import intake, judgements
    from index.search import open_search
    from tests.index.make import SOURCES, claim_judgement, document

    url = f"{request.getfixturevalue('elastic_url')}-taken" if engine == "elasticsearch" else ""
    context = Context(load(tmp_path, {"SOATIN_SEARCH_URL": url}), "thử")
    docs = [document(number, f"Tin số {number} về dịch bệnh") for number in range(5)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    backend = open_search(context.settings)
    backend.reset()
    switched: list[int] = []

    def another_run(done: int, _of: int) -> None:
        if not switched:
            backend.switch()
            switched.append(done)

    assert reindex(context, another_run) == 5
    assert switched == [5]
