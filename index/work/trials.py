"""Trial runs of sources that somebody at the desk means to add: asked for here, run by flows.steps.trials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from core import clock
from core.errors import UsageError
from core.model.sources import Source
from index.models import SourceTrial
from index.work import leases

QUEUE = "trial"
MOST_AN_HOUR = 20
_KEPT = timedelta(days=30)


def ask(user: User, source: Source, toml: str) -> SourceTrial:
    """Make a trial due. Raises UsageError after twenty in an hour: each is a small crawl in our name."""
    moment = clock.now()
    with transaction.atomic():
        SourceTrial.objects.filter(at__lt=moment - _KEPT).delete()
        if SourceTrial.objects.filter(by=user, at__gt=moment - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise UsageError("too many trial runs in an hour", where="trial", cure="wait a while")
        row = SourceTrial.objects.create(by=user, at=moment, name=source.name, toml=toml)
        leases.put(QUEUE, [str(row.pk)])
    return row


def finish(pk: int, result: Mapping[str, Any]) -> None:
    """Keep what a trial brought."""
    SourceTrial.objects.filter(pk=pk).update(state="done", result=dict(result))
