"""The step that asks the sources that are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from core import clock
from core.errors import UsageError
from core.model.sources import Source
from core.sources.polling import is_due
from crawlers.evidence.warc import salvage
from crawlers.fetch.round import Limits, run_round
from flows.context import Context
from flows.steps.due_looks import due_looks
from flows.steps.read import read, register
from flows.work import RoundResult
from index.archive import intake
from index.models import Job, SourceState
from index.work import poll_leases

_LEASE_MARGIN = 60
"""Seconds that a poll's lease outlives the longest round: for starting it and reading what it brought."""


_BUSY = "another worker is asking it just now — wait until that is done"


def due_sources(context: Context, names: Sequence[str] = ()) -> list[Source]:
    """The sources to poll now: the named ones, else all that are due. Raises UsageError for an unknown name."""
    if names:
        unknown = [name for name in names if name not in context.sources]
        if unknown:
            raise UsageError(f"no such source: {', '.join(unknown)}", where="--source", cure="see `soatin sources`")
        return [context.sources[name] for name in names]
    states = {state.name: state for state in SourceState.objects.all()}
    now = clock.now()
    due = []
    for source in context.watched.values():
        state = states.get(source.name)
        if state is None:
            due += [source] if source.enabled else []
        elif is_due(source, state.last_polled, state.failures, now, daily=state.daily, not_before=state.not_before):
            due.append(source)
    return due


def crawl(context: Context, result: RoundResult, names: Sequence[str] = (), since: date | None = None) -> None:
    """One round over what is due, in a process of its own; what a killed round left is taken over first.

    ``since``: a backfill of the named sources down to that day, as far as one round allows.
    """
    settings = context.settings
    settings.warc_dir.mkdir(parents=True, exist_ok=True)
    result.counts["salvaged"] += len(salvage(settings.warc_dir))
    register(context, result)
    read(context, result)  # so that nothing already received is asked for again
    began, seconds = clock.now(), int(settings.round_timeout) + int(settings.request_timeout) + _LEASE_MARGIN
    due = due_sources(context, names)
    taken = poll_leases.take([source.name for source in due], context.owner, seconds)
    if not names:  # what another worker polled between our look and our lease is no longer due
        still = taken & {source.name for source in due_sources(context)}
        poll_leases.release(taken - still, context.owner)
        taken = still
    result.errors += [f"{one.name}: {_BUSY}" for one in due if names and one.name not in taken]
    sources = [source for source in due if source.name in taken]
    result.counts["polled"] += len(sources)
    looks = [] if since else due_looks(context, taken if names else {*context.watched}, taken, seconds)
    result.counts["looks"] += len(looks)
    taken |= {source.name for source, _ in looks}
    if not sources and not looks:
        return
    outcome = run_round(
        sources,
        warc_dir=settings.warc_dir,
        limits=Limits(
            max_body=int(settings.max_body_mb) * 1024 * 1024,
            timeout=int(settings.request_timeout),
            round_timeout=int(settings.round_timeout),
            max_redirects=int(settings.max_redirects),
            max_pages=int(settings.max_pages),
        ),
        user_agent=str(settings.user_agent).format(contact=settings.contact),
        seen={source.name: intake.seen(source.name) for source in sources},
        validators=dict(SourceState.objects.values_list("name", "validators")),
        since=since,
        looks=looks,
        secrets={
            "SOATIN_YOUTUBE_KEY": str(settings.youtube_key),
            "SOATIN_FACEBOOK_TOKEN": str(settings.facebook_token),
        },
    )
    if outcome.error:
        result.errors.append(f"crawl: {outcome.error}")
    register(context, result)
    read(context, result)
    poll_leases.release(_settled(taken, began, [path.name for path in outcome.files]), context.owner)


def _settled(names: Iterable[str], began: datetime, files: Sequence[str]) -> set[str]:
    """Sources whose poll the archive knows, so that other workers see it; all, once nothing of the round is unread."""
    if not Job.objects.filter(queue="read", key__in=files).exists():
        return set(names)
    return set(SourceState.objects.filter(name__in=names, last_polled__gte=began).values_list("name", flat=True))
