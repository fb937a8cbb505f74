"""Work claimed batch by batch under leases, and what a round did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.errors import SoatinError
from core.model.documents import Document
from core.model.drops import Drop, Fetched, Looked, Polled
from flows.context import Context
from index import away as archive_away
from index.work import leases

BATCH = 200
Item = Document | Drop | Fetched | Polled | Looked
T = TypeVar("T")


@dataclass
class RoundResult:
    """What one round did: counts by name, and errors in words."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Plain data for logs and ``--json``."""
        return {**self.counts, "errors": self.errors}


def work(
    context: Context,
    result: RoundResult,
    queue: str,
    size: int,
    step: Callable[[RoundResult, Sequence[str]], None],
    away: Callable[[], str] = str,
) -> None:
    """Claim batches of a queue until none is due. A batch that fails is tried again key by key, so that one bad
    key does not hold up the others; that key goes back with its error and a pause. ``away`` says why the server
    behind the step cannot work at all, or '': then the batch goes back untried, and waits for the next round.
    """
    seconds = int(context.settings.lease_seconds)
    while keys := leases.claim(queue, context.owner, size, seconds):
        try:
            step(result, keys)
            leases.done(queue, keys, context.owner)
        except Exception as error:  # whatever broke is kept with the job and shown
            if archive_away.words(error):
                raise  # nothing can be noted either: the lease runs out, and the batch is due again
            if words := away():
                leases.release(queue, keys, context.owner)
                result.errors.append(f"{queue}: {words}")
                return
            if len(keys) == 1:
                _fail(context, result, queue, keys[0], error)
            else:
                for key in keys:
                    _one(context, result, queue, key, step)


def _one(
    context: Context, result: RoundResult, queue: str, key: str, step: Callable[[RoundResult, Sequence[str]], None]
) -> None:
    try:
        step(result, [key])
        leases.done(queue, [key], context.owner)
    except Exception as error:  # as above
        if archive_away.words(error):
            raise
        _fail(context, result, queue, key, error)


def _fail(context: Context, result: RoundResult, queue: str, key: str, error: Exception) -> None:
    words = str(error) if isinstance(error, SoatinError) else f"{type(error).__name__}: {error}"
    leases.failed(queue, key, context.owner, words[:500])
    result.counts["failed"] += 1
    result.errors.append(f"{queue} {key}: {words[:200]}")
