"""Whether the search engine holds this archive's documents: one that was emptied, or filled from another archive, would
answer "nothing found" to everything.
"""

from __future__ import annotations

import hashlib
import time

from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from core.settings import Settings
from index.models import DeadLetter, Document, Job
from index.search import RebuildNeededError, SearchBackend, open_search

_TRUSTED = 60.0  # seconds for which a count of the archive is not made anew before each search
_counted = (0, -_TRUSTED)
QUEUE = "index"


def archive_name() -> str:
    """A name of this archive that no other has: made of the microsecond in which its tables were made. A copy that was
    brought back has the same.
    """
    first = MigrationRecorder.Migration.objects.filter(app="archive").order_by("id").values_list("applied", flat=True)
    return hashlib.sha256(str(first[:1].get()).encode()).hexdigest()[:20]


def open_whole(settings: Settings) -> SearchBackend:
    """The search engine, where it can be asked about this archive. Raises RebuildNeededError where it cannot."""
    backend = open_search(settings)
    refuse_outdated(backend)
    return backend


def refuse_outdated(backend: SearchBackend) -> None:
    """Raise RebuildNeededError when the engine holds another archive's documents, or lacks this one's."""
    try:
        if backend.outdated(archive_name(), _expected(_TRUSTED)) and (
            words := backend.outdated(archive_name(), _expected(0.0))
        ):
            raise RebuildNeededError(words)
    except (DatabaseError, MigrationRecorder.Migration.DoesNotExist):
        return  # the archive is away or not made yet: there is nothing to compare with, and search may go on


def _expected(seconds: float) -> int:
    """How many documents search holds at least: those that are to be in it, but for what waits or was refused. A count
    of up to so many seconds ago will do.
    """
    global _counted  # noqa: PLW0603 -- one figure of the process
    count, at = _counted
    if not count or time.monotonic() - at >= seconds:
        # what is asked first may only be more by the time the others are: too few are expected then, never too many
        wanted = Document.objects.filter(topic__gt="", text_kind__gt="").count()
        waiting = Job.objects.filter(queue=QUEUE).count() + DeadLetter.objects.filter(queue=QUEUE).count()
        count = max(0, wanted - waiting)
        _counted = (count, time.monotonic())
    return count
