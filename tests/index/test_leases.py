"""Work is done by one worker at a time, comes back when a worker dies, and is parked when it cannot be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock

pytestmark = pytest.mark.django_db


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends() -> None:
    """Then its first owner can no longer finish it."""
    from index import models
    from index.work import leases

    leases.put("classify", ["a", "b", "a"])
    assert leases.claim("classify", "one", 1, 60) == ["a"]
    assert leases.claim("classify", "two", 9, 60) == ["b"]
    assert leases.claim("classify", "three", 9, 60) == []
    models.Job.objects.filter(key="a").update(
        leased_until=models.Job.objects.get(key="a").created - timedelta(seconds=1)
    )
    assert leases.claim("classify", "two", 9, 60) == ["a"]
    leases.done("classify", ["a", "b"], "one")
    assert leases.backlog("classify") == 2
    leases.done("classify", ["a", "b"], "two")
    assert leases.backlog("classify") == 0
    assert leases.oldest("classify") is None


def test_what_becomes_due_again_while_it_is_worked_on_is_not_lost() -> None:
    """Nor given to another at the same time, who could carry a newer state that the first then overwrites."""
    from index.work import leases

    leases.put("index", ["a"])
    leases.claim("index", "one", 9, 60)
    leases.put("index", ["a"])
    leases.put("index", ["a"])
    assert leases.claim("index", "two", 9, 60) == []
    leases.done("index", ["a"], "one")
    assert leases.claim("index", "two", 9, 60) == ["a"]
    leases.release("index", ["a"], "two")
    assert leases.claim("index", "three", 9, 60) == ["a"]


def test_a_job_that_fails_five_times_is_given_up_with_its_error() -> None:
    """Each time it waits longer; a person can make it due again, and so does a change of what it is about."""
    from index import models
    from index.work import leases

    leases.put("read", ["x.warc.gz"])
    for attempt in range(1, 6):
        assert leases.claim("read", "w", 9, 60) == ["x.warc.gz"]
        leases.failed("read", "x.warc.gz", "w", f"lỗi {attempt}")
        assert leases.claim("read", "w", 9, 60) == []
        _time_passes()
    assert leases.claim("read", "w", 9, 60) == []
    assert leases.backlogs() == {"stuck": 1}
    assert [(d.queue, d.key, d.error, d.attempts) for d in leases.stuck_errors()] == [("read", "x.warc.gz", "lỗi 5", 5)]
    assert leases.retry_stuck("index") == 0
    assert leases.retry_stuck("read") == 1
    assert leases.backlogs() == {"read": 1, "stuck": 0}
    leases.bury("read", {"x.warc.gz": "not held: nothing happens"}, "w")
    assert leases.claim("read", "w", 9, 60) == ["x.warc.gz"]
    leases.bury("read", {"x.warc.gz": "refused"}, "w")
    assert leases.backlogs() == {"stuck": 1}
    leases.put("read", ["x.warc.gz"])
    assert leases.backlogs() == {"read": 1, "stuck": 0}
    assert models.Job.objects.get().attempts == 0


def test_what_kills_its_worker_is_given_up_and_takes_nothing_else_with_it() -> None:
    """It does not come back for ever, and the nineteen that lay in the same batch are done, though the worker that
    first took them died.
    """
    from index import models
    from index.work import leases

    names = [str(number) for number in range(20)]
    leases.put("classify", names)
    done: list[str] = []
    deaths = 0
    for _ in range(400):
        taken = leases.claim("classify", "w", 10, 60)
        if "7" in taken:
            deaths += 1  # the worker is gone without a word; only time frees what it held
        elif taken:
            leases.done("classify", taken, "w")
            done += taken
        else:
            _time_passes()
    assert sorted(done, key=int) == [name for name in names if name != "7"]
    assert deaths == leases.MAX_CLAIMS
    assert models.Job.objects.count() == 0
    assert [(letter.key, letter.error) for letter in leases.stuck_errors()] == [("7", "")]


def test_a_server_that_is_away_is_nobodys_fault() -> None:
    """What is given back untried, or rests, counts nothing, however long that goes on."""
    from index import models
    from index.work import leases

    leases.put("deliver", ["1"])
    for _ in range(30):
        assert leases.claim("deliver", "w", 9, 60) == ["1"]
        leases.release("deliver", ["1"], "w")
        assert leases.claim("deliver", "w", 9, 60) == ["1"]
        leases.wait("deliver", "1", "w")
        assert leases.claim("deliver", "w", 9, 60) == []
        _time_passes()
    assert models.Job.objects.get().attempts == 0


def _time_passes() -> None:
    from index import models

    models.Job.objects.exclude(leased_until=None).update(leased_until=clock.now() - timedelta(days=1))
