"""Work that is due, claimed under a lease (house rule 6). Two workers never hold the same job at once.

A claim expires by itself, so a killed worker's jobs come back. Every step that takes jobs must be safe to run twice:
a lease that expired while its owner was still busy is the one way in which two workers see the same job.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from core import clock
from index.models import Job

MAX_ATTEMPTS = 5
BACKOFF_SECONDS = 30
AGAIN = "~"
"""Before the owner of a job that was put again while it is held."""
_CHUNK = 400


def put(queue: str, keys: Iterable[str]) -> None:
    """Make work due. A key that a worker holds just now stays with it, but its ``done`` then makes the key due again
    instead of removing it: no change is lost, and two workers never carry different states of one key at once.
    """
    names = list(dict.fromkeys(keys))
    moment = clock.now()
    with transaction.atomic():
        for start in range(0, len(names), _CHUNK):
            _put(queue, names[start : start + _CHUNK], moment)


def _put(queue: str, keys: list[str], moment: datetime) -> None:
    known = Job.objects.select_for_update().filter(queue=queue, key__in=keys).order_by("id")
    held = {job.key: job for job in known if job.owner and job.leased_until and job.leased_until > moment}
    fresh = [job for job in held.values() if not job.owner.startswith(AGAIN)]
    for job in fresh:
        job.owner = AGAIN + job.owner
    Job.objects.bulk_update(fresh, ["owner"])
    Job.objects.bulk_create(
        [Job(queue=queue, key=key, created=moment) for key in keys if key not in held],
        update_conflicts=True,
        unique_fields=["queue", "key"],
        update_fields=["owner", "leased_until", "attempts", "error"],
    )


def claim(queue: str, owner: str, limit: int, seconds: float) -> list[str]:
    """Take up to ``limit`` due keys, oldest first, for ``seconds``. Atomic across processes: SQLite runs the
    transaction IMMEDIATE, servers lock the rows and skip those another worker is taking.
    """
    moment = clock.now()
    with transaction.atomic():
        due = Job.objects.filter(_due(moment), queue=queue).order_by("id").select_for_update(skip_locked=True)[:limit]
        jobs = list(due.values_list("id", "key"))
        for start in range(0, len(jobs), _CHUNK):
            ids = [job[0] for job in jobs[start : start + _CHUNK]]
            Job.objects.filter(id__in=ids).update(owner=owner, leased_until=moment + timedelta(seconds=seconds))
    return [key for _, key in jobs]


def done(queue: str, keys: Iterable[str], owner: str) -> None:
    """Remove finished jobs that ``owner`` still holds; one put again meanwhile becomes due, one taken over stays."""
    names = list(keys)
    with transaction.atomic():
        for start in range(0, len(names), _CHUNK):
            jobs = Job.objects.filter(queue=queue, key__in=names[start : start + _CHUNK], owner__in=_names(owner))
            list(jobs.select_for_update().order_by("id").values_list("id"))  # in the order in which put locks them
            jobs.filter(owner=owner).delete()
            jobs.filter(owner=AGAIN + owner).update(owner="", leased_until=None, attempts=0, error="")


def failed(queue: str, key: str, owner: str, error: str) -> None:
    """Give a job back with its error. It is due again after attempts x 30 s; after 5 attempts it is parked."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(queue=queue, key=key, owner__in=_names(owner)).first()
        if job is None:
            return
        job.attempts += 1
        job.error = error[:2000]
        job.owner = ""
        job.leased_until = clock.now() + timedelta(seconds=BACKOFF_SECONDS * job.attempts)
        job.save()


def release(queue: str, keys: Iterable[str], owner: str) -> None:
    """Give jobs back untried, due at once: a worker that is asked to stop calls this."""
    Job.objects.filter(queue=queue, key__in=list(keys), owner__in=_names(owner)).update(owner="", leased_until=None)


def backlog(queue: str) -> int:
    """Jobs not yet done, those being worked on included, parked ones not (see ``stuck``)."""
    return Job.objects.filter(queue=queue, attempts__lt=MAX_ATTEMPTS).count()


def stuck(queue: str = "") -> int:
    """Parked jobs of one queue, or of all."""
    return _parked(queue).count()


def stuck_errors(queue: str = "", limit: int = 20) -> list[tuple[str, str, str]]:
    """(queue, key, error) of parked jobs, oldest first."""
    return list(_parked(queue).order_by("id").values_list("queue", "key", "error")[:limit])


def retry_stuck(queue: str = "") -> int:
    """Make parked jobs due again; how many."""
    return _parked(queue).update(attempts=0, owner="", leased_until=None)


def backlogs() -> dict[str, int]:
    """Backlog of every queue that has any, and ``stuck`` over all of them."""
    rows = Job.objects.filter(attempts__lt=MAX_ATTEMPTS).values_list("queue").annotate(n=Count("id"))
    found: dict[str, int] = dict(rows)
    return found | {"stuck": stuck()}


def oldest(queue: str) -> datetime | None:
    """When the oldest job not yet done was put, None when there is none."""
    found: datetime | None = Job.objects.filter(queue=queue).aggregate(oldest=Min("created"))["oldest"]
    return found


def _names(owner: str) -> list[str]:
    return [owner, AGAIN + owner]


def _due(moment: datetime) -> Q:
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=moment)
    return free & Q(attempts__lt=MAX_ATTEMPTS)


def _parked(queue: str) -> QuerySet[Job]:
    jobs = Job.objects.filter(attempts__gte=MAX_ATTEMPTS)
    return jobs.filter(queue=queue) if queue else jobs
