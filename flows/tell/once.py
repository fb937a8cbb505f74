"""The one send-once machine: whatever people are told, they are told at most once, whatever is killed when.

``due`` -> ``sending``, committed before anything leaves -> ``sent``. Who finds a message in ``sending`` whose sender is
gone knows only that: if the way it goes can tell whether it left, that decides; else it is ``in-doubt``, shown to
people and never sent again by itself. Where the state is kept (a row, many rows, a file) each :class:`Telling` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction

from core import clock
from core.codes.work import DeliveryState
from core.errors import SoatinError
from core.settings import Settings
from flows.tell.port import Mailer, MailRefusedError, UncertainError, open_mailer
from index.models import Alert, Delivery
from index.work import leases

ENDED = frozenset(state for state in DeliveryState if state.final)
GIVE_UP = timedelta(hours=24)
"""What is a day old is news to nobody: it is failed then."""
STALE = timedelta(minutes=10)
"""Where no lease says so: after so long in ``sending``, its sender is taken for dead."""
BATCH = 20
_LONGEST_ERROR = 500
_KILLED = "the sender stopped while handing the message over"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. ``state`` empty: somebody else has it. ``error``: why it is not ``sent``."""

    state: str = ""
    error: SoatinError | None = None


class Telling(ABC):
    """One message to one recipient, and where its state is kept."""

    final: ClassVar[tuple[type[SoatinError], ...]] = (MailRefusedError,)
    """Errors after which trying again will not help."""

    @property
    @abstractmethod
    def state(self) -> str:
        """The state as this worker knows it."""

    @abstractmethod
    def move(self, before: str, after: str, error: str = "") -> bool:
        """Go from one state to another, committed; False when it was no longer in the first (then nothing happened)."""

    @abstractmethod
    def hand_over(self, mailer: Mailer) -> None:
        """Send it. Raises SoatinError; UncertainError when it may have left nevertheless."""

    @abstractmethod
    def left(self, mailer: Mailer) -> bool | None:
        """Whether it did leave; None: nobody can know."""

    def expired(self) -> bool:
        """Whether what cannot be sent now is given up."""
        return False


def tell(telling: Telling, mailer: Mailer) -> Outcome:
    """Bring one message as far as it goes just now. Call it only for what no living worker is sending."""
    settled = settle(telling, mailer)
    if settled.state != DeliveryState.DUE:
        return settled
    if not telling.move(DeliveryState.DUE, DeliveryState.SENDING):
        return Outcome()
    try:
        telling.hand_over(mailer)
    except UncertainError as error:
        return _moved(telling, DeliveryState.IN_DOUBT, error)
    except SoatinError as error:
        final = isinstance(error, telling.final) or telling.expired()
        return _moved(telling, DeliveryState.FAILED if final else DeliveryState.DUE, error)
    return _moved(telling, DeliveryState.SENT)


def settle(telling: Telling, mailer: Mailer) -> Outcome:
    """Find out what became of a message whose sender was killed: sent, due again, or in doubt."""
    if telling.state != DeliveryState.SENDING:
        return Outcome(telling.state)
    left = telling.left(mailer)
    if left is None:
        return _moved(telling, DeliveryState.IN_DOUBT, UncertainError(_KILLED))
    return _moved(telling, DeliveryState.SENT if left else DeliveryState.DUE)


def _moved(telling: Telling, state: str, error: SoatinError | None = None) -> Outcome:
    moved = telling.move(DeliveryState.SENDING, state, str(error or ""))
    return Outcome(state, error) if moved else Outcome()


class QueuedTelling(Telling):
    """A message whose state is a column of its row and whose work is a job under a lease (:mod:`index.work.leases`)."""

    queue: ClassVar[str]

    def __init__(self, row: Delivery | Alert, owner: str, born: datetime) -> None:
        self.row, self.owner, self.born = row, owner, born

    @property
    def state(self) -> str:
        """The row's."""
        return str(self.row.state)

    def move(self, before: str, after: str, error: str = "") -> bool:
        """In the row. An end removes the job in the same transaction; a message that waits rests as long as its lease.
        What did leave is ``sent`` even if another worker, after this one's lease ran out, had called it in doubt.
        """
        with transaction.atomic():
            moved = self._step(before, after, error) or (
                after == DeliveryState.SENT and self._step(DeliveryState.IN_DOUBT, after, error)
            )
            if after in ENDED:
                leases.done(self.queue, [str(self.row.pk)], self.owner)
            elif after == DeliveryState.DUE and error:
                leases.wait(self.queue, str(self.row.pk), self.owner)
        return moved

    def expired(self) -> bool:
        """After a day."""
        return clock.now() - self.born > GIVE_UP

    def _step(self, before: str, after: str, error: str) -> bool:
        values = {"state": after, "changed": clock.now()}
        if after == DeliveryState.SENDING:
            values["attempts"] = self.row.attempts + 1
        if after in ENDED or error:
            values["error"] = error[:_LONGEST_ERROR]
        if not type(self.row)._default_manager.filter(pk=self.row.pk, state=before).update(**values):  # noqa: SLF001
            return False
        for name, value in values.items():
            setattr(self.row, name, value)
        return True


def tell_due(
    settings: Settings, owner: str, queue: str, found: Callable[[str], QueuedTelling | None]
) -> list[tuple[QueuedTelling, Outcome]]:
    """Send what is due in a queue. ``found`` gives the message of a job's key, None when there is none any more.
    Raises UsageError when the settings name no mailer that there is; the jobs stay due then.
    """
    if not leases.backlog(queue):
        return []
    mailer = open_mailer(settings)
    told = []
    while keys := leases.claim(queue, owner, BATCH, int(settings.lease_seconds)):
        for key in keys:
            telling = found(key)
            if telling is None or telling.state in ENDED:
                leases.done(queue, [key], owner)
            else:
                told.append((telling, tell(telling, mailer)))
    return told
