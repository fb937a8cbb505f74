"""Work is done by one worker at a time, comes back when a worker dies, and is parked when it cannot be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytestmark = pytest.mark.django_db


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends() -> None:
    """Then its first owner can no longer finish it."""
    from index import leases, models

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
    from index import leases

    leases.put("index", ["a"])
    leases.claim("index", "one", 9, 60)
    leases.put("index", ["a"])
    leases.put("index", ["a"])
    assert leases.claim("index", "two", 9, 60) == []
    leases.done("index", ["a"], "one")
    assert leases.claim("index", "two", 9, 60) == ["a"]
    leases.release("index", ["a"], "two")
    assert leases.claim("index", "three", 9, 60) == ["a"]


def test_a_job_that_fails_five_times_is_parked_with_its_error() -> None:
    """Each time it waits longer; a person can make it due again."""
    from index import leases, models

    leases.put("read", ["x.warc.gz"])
    for attempt in range(1, 6):
        assert leases.claim("read", "w", 9, 60) == ["x.warc.gz"]
        leases.failed("read", "x.warc.gz", "w", f"lỗi {attempt}")
        assert leases.claim("read", "w", 9, 60) == []
        job = models.Job.objects.get()
        assert job.attempts == attempt
        models.Job.objects.update(leased_until=job.created - timedelta(days=1))
    assert leases.claim("read", "w", 9, 60) == []
    assert leases.backlogs() == {"stuck": 1}
    assert leases.stuck_errors() == [("read", "x.warc.gz", "lỗi 5")]
    assert leases.retry_stuck("read") == 1
    assert leases.claim("read", "w", 9, 60) == ["x.warc.gz"]
