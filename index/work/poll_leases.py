"""Who polls a source just now: a lease taken before a crawl and given back after it, so that two crawls that start at
the same moment on two machines never ask the same source twice.

Unlike the jobs of :mod:`index.work.leases` a poll is not work that waits: what another worker holds is simply not
taken.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from core import clock
from index.models import Job
from index.work import latch

QUEUE = "poll"


def worker() -> str:
    """A name for this process, by which others on this machine can tell that it has died."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:6]}"


def take(names: Iterable[str], owner: str, seconds: float) -> set[str]:
    """Those of the sources that nobody polls, now held by ``owner`` for so long. A lease is over with its time, or with
    the life of its process when that was on this machine; leases that are over are cleared away.
    """
    wanted, moment = set(names), clock.now()
    until = moment + timedelta(seconds=seconds)
    with transaction.atomic():
        latch.hold(QUEUE)
        leases = list(Job.objects.filter(queue=QUEUE))
        over = {job.pk for job in leases if not job.leased_until or job.leased_until <= moment or _dead(job.owner)}
        Job.objects.filter(pk__in=over).delete()  # of all sources: what nobody asks for again would lie there for ever
        free = sorted(wanted - {job.key for job in leases if job.pk not in over})
        Job.objects.bulk_create(
            Job(queue=QUEUE, key=name, created=moment, owner=owner, leased_until=until) for name in free
        )
    return set(free)


def release(names: Iterable[str], owner: str) -> None:
    """Give back what ``owner`` still holds of these."""
    Job.objects.filter(queue=QUEUE, key__in=list(names), owner=owner).delete()


def _dead(owner: str) -> bool:
    """Whether the process that took a lease ran on this machine and is no more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's process: it lives
        return False
    return False
