"""Reports to their recipients, each once (:mod:`flows.tell.once`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from core import clock
from core.codes.work import DeliveryState
from core.settings import Settings
from flows.tell import message
from flows.tell.once import Outcome, QueuedTelling, tell_due
from flows.tell.port import Mailer
from flows.tell.recipients import QUEUE, readdress
from index.models import Delivery, Job, Report

_NEXT = {
    DeliveryState.DUE: "waiting, tried again",
    DeliveryState.SENDING: "another worker is sending it just now",
    DeliveryState.IN_DOUBT: "nobody can know whether it arrived, and it is not sent again",
    DeliveryState.FAILED: "not sent, and not tried again",
}


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
    readdress(settings)

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


def not_delivered(report: Report) -> list[str]:
    """Who has not got the report, one line each: why, and what happens next."""
    again = dict(Job.objects.filter(queue=QUEUE).values_list("key", "leased_until"))
    lines = []
    for delivery in report.deliveries.exclude(state=DeliveryState.SENT).order_by("pk"):
        words = _NEXT[DeliveryState(delivery.state)]
        moment = again.get(str(delivery.pk))
        if delivery.state == DeliveryState.DUE and moment:
            words += f" at {clock.local(moment):%H:%M}"
        lines.append(f"{delivery.recipient}: {words}{f': {delivery.error}' if delivery.error else ''}")
    return lines
