"""Reports to their recipients, each once (:mod:`flows.tell.once`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from core.codes.work import DeliveryState
from core.settings import Settings
from flows.tell import message
from flows.tell.once import Outcome, QueuedTelling, tell_due
from flows.tell.port import Mailer
from index.models import Delivery

QUEUE = "deliver"


@dataclass(slots=True)
class DeliveryCounts:
    """What became of the deliveries taken: ``waiting`` are tried again after their lease."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    in_doubt: int = 0


class DeliveryTelling(QueuedTelling):
    """One report to one recipient."""

    queue = QUEUE

    def __init__(self, settings: Settings, delivery: Delivery, owner: str) -> None:
        super().__init__(delivery, owner, delivery.report.created)
        self._settings, self._delivery = settings, delivery

    def hand_over(self, mailer: Mailer) -> None:
        """By mail."""
        mailer.send(message.compose(self._settings, self._delivery))

    def left(self, mailer: Mailer) -> bool | None:
        """As the mailer knows."""
        return mailer.was_sent(self._delivery.message_id)


def deliver_due(settings: Settings, owner: str) -> DeliveryCounts:
    """Send what is due. A delivery that cannot be sent now rests as long as its lease, and is then tried again."""

    def found(key: str) -> DeliveryTelling | None:
        delivery = Delivery.objects.select_related("report").filter(pk=key).first()
        return None if delivery is None else DeliveryTelling(settings, delivery, owner)

    outcomes: list[Outcome] = [outcome for _, outcome in tell_due(settings, owner, QUEUE, found)]
    states = Counter(outcome.state for outcome in outcomes)
    return DeliveryCounts(
        states[DeliveryState.SENT],
        states[DeliveryState.DUE],
        states[DeliveryState.FAILED],
        states[DeliveryState.IN_DOUBT],
    )
