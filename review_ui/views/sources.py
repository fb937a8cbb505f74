"""The sources page: what is watched, when it last answered, what was dropped."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.polling import is_silent, next_poll
from index import leases
from index.models import Document, Drop, SourceState
from review_ui import known_sources


def show(request: HttpRequest) -> HttpResponse:
    """Every source with its health, and what the last day's drops were."""
    sources, broken = known_sources.load()
    now = clock.now()
    day = now - timedelta(hours=24)
    states = {state.name: state for state in SourceState.objects.all()}
    fresh = Document.objects.filter(source__in=[source.name for source in sources], first_seen__gte=day)
    counts = dict(fresh.values_list("source").annotate(n=Count("id")))
    rows = []
    for source in sorted(sources, key=lambda s: (not s.enabled, s.kind.value, s.title)):
        state = states.get(source.name)
        silent = source.enabled and state is not None and is_silent(source, state.last_success, now, daily=state.daily)
        due = None
        if state:
            due = next_poll(
                source, state.last_polled, state.failures, daily=state.daily, not_before=state.not_before
            )
        rows.append(
            (
                source,
                state,
                "off" if not source.enabled else "silent" if silent else "new" if state is None else "ok",
                counts.get(source.name, 0),
                due,
            )
        )
    drops = Drop.objects.filter(at__gte=day).values("stage", "reason").annotate(n=Count("id")).order_by("-n")
    context = {
        "rows": rows,
        "broken": broken,
        "drops": drops,
        "backlogs": leases.backlogs(),
        "given_up": leases.stuck_errors(),
    }
    return render(request, "desk/sources.html", context)
