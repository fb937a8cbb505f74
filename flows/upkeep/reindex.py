"""A new search index beside the one that answers: filled from the archive while writing goes on, then switched.

1. The next index is begun, or one that a killed run left is gone on with.
2. What the archive holds and the next index lacks is put in, again and again until little is left.
3. The next index takes over in one step. The present one is kept until ``--drop-old`` or the next run.
4. What was written to the old index meanwhile goes through the outbox once more, under the outbox's own rules. It is
   found by comparing revisions, so it does not matter who wrote it, when, or whether this process was killed.

Killed anywhere and run again: 1 to 4 again, and what is there already is not sent twice. The last word of a run that
was killed may reach the server after the next one began, and switch what that one is filling: it then begins another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.context import Context
from flows.steps.index import index
from flows.work import RoundResult
from index.archive import reading
from index.search import DocumentsRefusedError, SearchError, open_search
from index.work import leases, outbox

CHUNK = 1000
LITTLE = 200
"""So few differences are left to the outbox."""
ROUNDS = 20
ATTEMPTS = 3
"""So often a next index is begun, where another run's switch takes it away."""
Progress = Callable[[int, int], None]


def reindex(context: Context, progress: Progress = lambda _done, _of: None) -> int:
    """Build the search index anew; returns how many documents it holds. Raises SearchError; documents that the engine
    refuses become dead letters. ``progress`` is told how many of how many differences are done.
    """
    backend = open_search(context.settings)
    for left in reversed(range(ATTEMPTS)):
        backend.begin()
        try:
            _fill(context, progress)
            backend.switch()
            break
        except SearchError:
            if not left or backend.building():
                raise
    leases.put("index", outbox.differences(backend.revisions()))
    result = RoundResult()
    index(context, result)
    return backend.count()


def _fill(context: Context, progress: Progress) -> None:
    """Put into the next index what the archive holds, until little is left."""
    backend = open_search(context.settings)
    refused: set[str] = set()
    for _ in range(ROUNDS):
        missing = [key for key in outbox.differences(backend.revisions("next")) if key not in refused]
        for start in range(0, len(missing), CHUNK):
            refused |= _put(context, missing[start : start + CHUNK])
            progress(min(start + CHUNK, len(missing)), len(missing))
        if len(missing) <= LITTLE:
            break


def _put(context: Context, ids: Sequence[str]) -> set[str]:
    """Carry these documents to the next index as the archive has them. Returns those that it refused."""
    backend = open_search(context.settings)
    documents = reading.search_documents(ids)
    gone = sorted(set(ids) - {document.id for document in documents})
    if gone:
        backend.delete(gone, "next")
    try:
        backend.index(documents, "next")
    except DocumentsRefusedError as error:
        return set(error.reasons)
    return set()


def drop_old(context: Context) -> bool:
    """Remove the index that the last rebuilding replaced; whether there was one."""
    backend = open_search(context.settings)
    kept = backend.kept()
    if kept:
        backend.drop_kept()
    return kept
