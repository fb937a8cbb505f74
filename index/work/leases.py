"""Work that is due, claimed under a lease (house rule 6). Two workers never hold the same job at once.

A claim expires by itself, so a killed worker's jobs come back. Every step that takes jobs must be safe to run twice:
a lease that expired while its owner was still busy is the one way in which two workers see the same job.

Each claim counts as an attempt. A job that fails, or whose worker dies, is from then on claimed alone, after all that
were not tried yet; so what kills its workers is soon known from what merely lay in the same batch. Given up, it lies in
DeadLetter with its reason until a person says ``soatin retry``, or until it is put anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from core import clock
from index.models import DeadLetter, Job

MAX_ATTEMPTS = 5
"""A job that fails is given up with its fifth attempt."""
MAX_CLAIMS = 8
"""A job whose worker dies is given up after so many: more, for a machine that is switched off kills workers as well."""
BACKOFF_SECONDS = 30
LONGEST_SECONDS = 3600
"""No lease is longer. One that ends later than that was written by a clock that was set back since: it is over."""
AGAIN = "~"
"""Before the owner of a job that was put again while it is held."""
_CHUNK = 400


def put(queue: str, keys: Iterable[str]) -> None:
    """Make work due. A key that a worker holds just now stays with it, but its ``done`` then makes the key due again
    instead of removing it: no change is lost, and two workers never carry different states of one key at once. A key
    that was given up is tried anew.
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
    DeadLetter.objects.filter(queue=queue, key__in=keys).delete()


def claim(queue: str, owner: str, limit: int, seconds: float) -> list[str]:
    """Take up to ``limit`` due keys, oldest first, for ``seconds``; of those tried before, one. Atomic across
    processes: SQLite runs the transaction IMMEDIATE, servers lock the rows and skip those another worker is taking.
    """
    moment = clock.now()
    with transaction.atomic():
        due = Job.objects.filter(_due(moment), queue=queue).order_by("id").select_for_update(skip_locked=True)
        jobs = list(due.filter(attempts=0).values_list("id", "key")[:limit])
        if not jobs:
            _bury(list(due.filter(attempts__gte=MAX_CLAIMS)[:_CHUNK]))
            jobs = list(due.filter(attempts__lt=MAX_CLAIMS).values_list("id", "key")[:1])
        until = moment + timedelta(seconds=min(seconds, LONGEST_SECONDS))
        for start in range(0, len(jobs), _CHUNK):
            taken = Job.objects.filter(id__in=[job[0] for job in jobs[start : start + _CHUNK]])
            taken.update(owner=owner, leased_until=until, attempts=F("attempts") + 1)
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
    """Give a job back with its error. It is due again after attempts x 30 s; after 5 attempts it is given up."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(queue=queue, key=key, owner__in=_names(owner)).first()
        if job is None:
            return
        if job.attempts >= MAX_ATTEMPTS and not job.owner.startswith(AGAIN):
            _bury([job], error)
            return
        job.error = error[:2000]
        job.owner = ""
        job.leased_until = clock.now() + timedelta(seconds=BACKOFF_SECONDS * job.attempts)
        job.save()


def bury(queue: str, errors: Mapping[str, str], owner: str) -> None:
    """Give up jobs that ``owner`` holds, each with its reason: trying again would change nothing. One that was put
    again meanwhile becomes due instead, for it is not what was refused.
    """
    with transaction.atomic():
        held = Job.objects.select_for_update().filter(queue=queue, key__in=list(errors), owner__in=_names(owner))
        for job in held.order_by("id"):
            if job.owner.startswith(AGAIN):
                job.owner, job.leased_until, job.attempts, job.error = "", None, 0, ""
                job.save()
            else:
                _bury([job], errors[job.key])


def _bury(jobs: list[Job], error: str = "") -> None:
    """From Job to DeadLetter, in the caller's transaction. Without words the job's own last ones stay; where there are
    none either, its workers died without a word of why.
    """
    moment = clock.now()
    DeadLetter.objects.bulk_create(
        [
            DeadLetter(
                queue=job.queue,
                key=job.key,
                error=(error or job.error)[:2000],
                attempts=job.attempts,
                created=job.created,
                died=moment,
            )
            for job in jobs
        ],
        update_conflicts=True,
        unique_fields=["queue", "key"],
        update_fields=["error", "attempts", "died"],
    )
    Job.objects.filter(id__in=[job.pk for job in jobs]).delete()


def release(queue: str, keys: Iterable[str], owner: str) -> None:
    """Give jobs back untried, due at once: a worker that is asked to stop calls this."""
    held = Job.objects.filter(queue=queue, key__in=list(keys), owner__in=_names(owner))
    held.update(owner="", leased_until=None, attempts=F("attempts") - 1)


def wait(queue: str, key: str, owner: str) -> None:
    """Let a job rest until its lease ends and count nothing: it could not be done for a reason outside of it, and who
    calls this keeps count of its own.
    """
    Job.objects.filter(queue=queue, key=key, owner__in=_names(owner)).update(owner="", attempts=0)


def backlog(queue: str) -> int:
    """Jobs not yet done, those being worked on included, those given up not (see ``stuck``)."""
    return Job.objects.filter(queue=queue).count()


def stuck(queue: str = "") -> int:
    """Jobs of one queue, or of all, that were given up."""
    return _dead(queue).count()


def stuck_errors(queue: str = "", limit: int = 20) -> list[DeadLetter]:
    """What was given up, the latest first."""
    return list(_dead(queue).order_by("-died", "-id")[:limit])


def retry_stuck(queue: str = "") -> int:
    """Make what was given up due again; how many."""
    with transaction.atomic():
        letters = list(_dead(queue).order_by("queue", "id").values_list("queue", "key"))
        for name in {letter[0] for letter in letters}:
            put(name, [key for of, key in letters if of == name])
    return len(letters)


def backlogs() -> dict[str, int]:
    """Backlog of every queue that has any, and ``stuck`` over all of them."""
    found: dict[str, int] = dict(Job.objects.values_list("queue").annotate(n=Count("id")))
    return found | {"stuck": stuck()}


def oldest(queue: str) -> datetime | None:
    """When the oldest job not yet done was put, None when there is none."""
    found: datetime | None = Job.objects.filter(queue=queue).aggregate(oldest=Min("created"))["oldest"]
    return found


def _names(owner: str) -> list[str]:
    return [owner, AGAIN + owner]


def _due(moment: datetime) -> Q:
    far = moment + timedelta(seconds=LONGEST_SECONDS)
    return Q(leased_until__isnull=True) | Q(leased_until__lte=moment) | Q(leased_until__gt=far)


def _dead(queue: str) -> QuerySet[DeadLetter]:
    letters = DeadLetter.objects.all()
    return letters.filter(queue=queue) if queue else letters
