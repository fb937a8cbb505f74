"""The sources page: what is watched, whether it is well, what was dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.codes.sources import Sign
from core.model.sources import Source
from core.plans import load_plan
from core.sources.health import Measures, signs
from core.sources.polling import next_poll
from index.models import Drop, SourceState
from index.views import health
from index.work import leases
from review_ui import known_sources


@dataclass(frozen=True)
class SourceRow:
    """One source on the page. ``elsewhere``: it belongs to another province than the one that is watched."""

    source: Source
    found: Measures
    signs: list[Sign]
    due: datetime | None
    elsewhere: bool

    @property
    def shorter(self) -> int | None:
        """Share of texts that got shorter, in percent; None with too few to go by."""
        share = self.found.shorter_share
        return None if share is None else round(100 * share)


def show(request: HttpRequest) -> HttpResponse:
    """Every source with its health, those in trouble first, and what the last day's drops were."""
    sources, broken = known_sources.load()
    now = clock.now()
    measures, raised = health.measure([source.name for source in sources], now), health.raised()
    states = {state.name: state for state in SourceState.objects.all()}
    here = {"", load_plan(str(settings.SOATIN.province)).name}
    rows = []
    for source in sources:
        found, elsewhere = measures[source.name], source.province not in here
        watched = source.enabled and not elsewhere
        wrong = signs(source, found, now, raised.get(source.name, ())) if watched else []
        rows.append(
            SourceRow(source, found, wrong, _due(source, states.get(source.name)) if watched else None, elsewhere)
        )
    rows.sort(key=lambda r: (not r.source.enabled, r.elsewhere, not r.signs, r.source.kind.value, r.source.title))
    drops = Drop.objects.filter(at__gte=now - timedelta(hours=24)).values("stage", "reason").annotate(n=Count("id"))
    return render(
        request,
        "desk/sources/sources.html",
        {
            "rows": rows,
            "broken": broken,
            "drops": drops.order_by("-n"),
            "backlogs": leases.backlogs(),
            "given_up": leases.stuck_errors(),
            "watched": sum(row.source.enabled and not row.elsewhere for row in rows),
            "unwell": sum(bool(row.signs) for row in rows),
        },
    )


def _due(source: Source, state: SourceState | None) -> datetime | None:
    if state is None:
        return None
    return next_poll(source, state.last_polled, state.failures, daily=state.daily, not_before=state.not_before)
