"""One `soatin up` a data folder; its processes end with it, also when it is killed; the next clears what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import SoatinError
from flows.run.one_up import left_over, the_only_one
from flows.run.parent import MARK, mark
from flows.run.processes import free_port, wait_for
from tests.flows.test_up import of_home, until
from tests.flows.world import ROOT, SOATIN, environ, kill_group, make_home, soatin

STUBBORN = """import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("there", flush=True)
time.sleep(60)
"""
WATCHED = """import time
from flows.run.parent import end_with_parent
end_with_parent()
print(1, flush=True)
time.sleep(60)
"""


def stubborn(value: str) -> subprocess.Popen[str]:
    """A process with such a mark that does not end when it is asked to."""
    found = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], env={**os.environ, MARK: value}, stdout=subprocess.PIPE, text=True
    )
    assert found.stdout is not None
    assert found.stdout.readline().strip() == "there"
    return found


def test_a_second_one_is_refused_in_one_line_and_the_lock_is_given_back(tmp_path: Path) -> None:
    with the_only_one(tmp_path):
        with pytest.raises(SoatinError) as caught, the_only_one(tmp_path):
            pass
        assert str(os.getpid()) in str(caught.value)
        assert "stop that one" in str(caught.value)
        with the_only_one(tmp_path / "another"):
            pass
    with the_only_one(tmp_path):
        pass


def test_leftovers_of_this_folder_are_ended_and_nobody_else(tmp_path: Path) -> None:
    left, other, own = stubborn(f"4194303:1:{tmp_path}"), stubborn(f"4194303:1:{tmp_path}-2"), stubborn(mark(tmp_path))
    try:
        assert left_over(tmp_path) == [left.pid]
        with the_only_one(tmp_path):
            assert left.wait(1) == -signal.SIGKILL
            assert other.poll() is None
            assert own.poll() is None
            assert left_over(tmp_path) == []
    finally:
        for process in (left, other, own):
            process.kill()
            process.wait()


def test_a_process_ends_with_its_parent_and_with_the_up_that_is_no_parent_of_it(tmp_path: Path) -> None:
    up = subprocess.Popen(["sleep", "60"])
    start = Path(f"/proc/{up.pid}/stat").read_text().rpartition(")")[2].split()[19]
    env = {**os.environ, "PYTHONPATH": str(ROOT), MARK: f"{up.pid}:{start}:{tmp_path}"}
    run = subprocess.Popen(
        [sys.executable, "-c", WATCHED], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() == "1"
    up.kill()
    up.wait()
    assert run.wait(20) == -signal.SIGTERM


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_after_a_sigkill_of_up_nothing_runs_on_and_it_starts_again(tmp_path: Path) -> None:
    port = free_port()
    home = make_home(tmp_path / "home", port=port)

    def start() -> subprocess.Popen[str]:
        found = subprocess.Popen(
            [str(SOATIN), "up"], env=environ(home), cwd=home, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        until(lambda: wait_for(f"http://127.0.0.1:{port}/", 1), 120, "the desk answers")
        return found

    up = start()
    try:
        second = soatin(home, "up")
        assert second.returncode == 1
        assert f"process {up.pid}" in second.stderr
        assert len(second.stderr.strip().splitlines()) == 1
        assert len(of_home(home)) >= 4
        up.kill()
        up.wait()
        began = time.monotonic()
        until(lambda: not of_home(home), 20, "no process is left")
        assert time.monotonic() - began < 20
        up = start()
        os.kill(up.pid, signal.SIGTERM)
        assert up.wait(30) == 0
        until(lambda: not of_home(home), 5, "no process is left")
    finally:
        kill_group(up)
        for pid in of_home(home):
            os.kill(pid, signal.SIGKILL)
