"""The order of the steps: crawl, read, classify, index, deliver.

Each step claims what is due under a lease and says what it did; killed anywhere and run again it loses and
doubles nothing. Steps do not know one another: they meet in the archive's job queues.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core import clock
from core.errors import DataError, SoatinError, UsageError
from core.model import Document, Drop, Fetched, Looked, Polled, Source
from core.polling import is_due
from flows.bootstrap import Context
from flows.judge import Judge, make_judge

if TYPE_CHECKING:
    from index.search import SearchBackend

BATCH = 200
_LEASE_MARGIN = 60
"""Seconds that a poll's lease outlives the longest round: for starting it and reading what it brought."""
_BUSY = "another worker is asking it just now — wait until that is done"
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


def due_sources(context: Context, names: Sequence[str] = ()) -> list[Source]:
    """The sources to poll now: the named ones, else all that are due. Raises UsageError for an unknown name."""
    from index.models import SourceState

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
    from crawlers.round import Limits, run_round
    from crawlers.warc import salvage
    from flows.relook import due_looks
    from index import archive, polls
    from index.models import SourceState

    settings = context.settings
    settings.warc_dir.mkdir(parents=True, exist_ok=True)
    result.counts["salvaged"] += len(salvage(settings.warc_dir))
    register(context, result)
    read(context, result)  # so that nothing already received is asked for again
    began, seconds = clock.now(), int(settings.round_timeout) + int(settings.request_timeout) + _LEASE_MARGIN
    due = due_sources(context, names)
    taken = polls.take([source.name for source in due], context.owner, seconds)
    if not names:  # what another worker polled between our look and our lease is no longer due
        still = taken & {source.name for source in due_sources(context)}
        polls.release(taken - still, context.owner)
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
        seen={source.name: archive.seen(source.name) for source in sources},
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
    polls.release(_settled(taken, began, [path.name for path in outcome.files]), context.owner)


def _settled(names: Iterable[str], began: datetime, files: Sequence[str]) -> set[str]:
    """Sources whose poll the archive knows, so that other workers see it; all, once nothing of the round is unread."""
    from index.models import Job, SourceState

    if not Job.objects.filter(queue="read", key__in=files).exists():
        return set(names)
    return set(SourceState.objects.filter(name__in=names, last_polled__gte=began).values_list("name", flat=True))


def register(context: Context, result: RoundResult) -> None:
    """Enter finished evidence files in archive and manifest, each once; each becomes a job to read."""
    from crawlers.payloads import payloads
    from index import archive, manifest

    for path in sorted(context.settings.warc_dir.glob("*.warc.gz")):
        result.counts["warc_files"] += archive.register_warc(path, payloads)
    manifest.catch_up(context.settings.warc_dir, payloads)


def read(context: Context, result: RoundResult) -> None:
    """Read every evidence file that is due into the archive, some hundred items a transaction."""
    work(context, result, "read", 1, partial(_read_files, context))


def _read_files(context: Context, result: RoundResult, names: Sequence[str]) -> None:
    from crawlers.read import read_warc
    from index import archive

    for name in names:
        items: Iterator[Item] = read_warc(context.settings.warc_dir / name, context.sources)
        counts = take_in(context, items, name)
        result.counts.update(counts)
        archive.finish_warc(name, counts["new"] + counts["changed"] + counts["same"])


def take_in(context: Context, items: Iterable[Item], warc: str = "") -> Counter[str]:
    """Write items (of one evidence file) into the archive in batches and count what became of them."""
    from index import archive

    counts: Counter[str] = Counter()
    stream = iter(items)
    while batch := list(islice(stream, BATCH)):
        taken = archive.take_in(batch, context.sources, warc)
        counts.update(new=taken.new, changed=taken.changed, same=taken.same, drops=taken.drops)
    return counts


def classify(context: Context, result: RoundResult, judge: Judge | None = None) -> None:
    """Judge every document that is due."""
    from index import leases

    if not leases.backlog("classify"):
        return
    judge = judge or make_judge(context.settings, context.plan, context.sources)
    work(context, result, "classify", BATCH, partial(_classify_documents, judge))


def _classify_documents(judge: Judge, result: RoundResult, ids: Sequence[str]) -> None:
    from index import archive

    versions = archive.version_of(ids)
    judgements = judge.judge([(doc, versions[doc.id]) for doc in archive.documents(ids)])
    archive.save_judgements(judgements)
    result.counts["classified"] += len(judgements)
    result.counts["flagged"] += sum(1 for j in judgements if j.flag and j.flag.flagged)


def index(context: Context, result: RoundResult) -> None:
    """Carry what changed in the archive to the search engine."""
    from index.search import open_search

    backend = open_search(context.settings)
    work(context, result, "index", 500, partial(_index_documents, context.owner, backend), away=backend.problem)


def _index_documents(owner: str, backend: SearchBackend, result: RoundResult, ids: Sequence[str]) -> None:
    from index import archive, leases
    from index.search import RefusedError

    documents = archive.search_documents(ids)
    if gone := sorted(set(ids) - {document.id for document in documents}):
        backend.delete(gone)
    try:
        backend.index(documents)
    except RefusedError as error:  # at fault themselves: never tried again by themselves
        leases.bury("index", error.reasons, owner)
        result.counts["failed"] += len(error.reasons)
        result.errors.append(f"index: {error}")
        documents = [document for document in documents if document.id not in error.reasons]
    result.counts["indexed"] += len(documents)


def deliver(context: Context, result: RoundResult) -> None:
    """Send every report that is due to its recipients."""
    from flows.deliver import deliver_due

    counts = deliver_due(context.settings, context.owner)
    result.counts["sent"] += counts.sent


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
    from index import away as archive_away
    from index import leases

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
    from index import away, leases

    try:
        step(result, [key])
        leases.done(queue, [key], context.owner)
    except Exception as error:  # as above
        if away.words(error):
            raise
        _fail(context, result, queue, key, error)


def _fail(context: Context, result: RoundResult, queue: str, key: str, error: Exception) -> None:
    from index import leases

    words = str(error) if isinstance(error, SoatinError) else f"{type(error).__name__}: {error}"
    leases.failed(queue, key, context.owner, words[:500])
    result.counts["failed"] += 1
    result.errors.append(f"{queue} {key}: {words[:200]}")


def process(context: Context, result: RoundResult, judge: Judge | None = None) -> None:
    """Everything after the crawl: register, read, classify, order the queue anew, index, match to findings."""
    from flows.matching import match
    from index import archive

    register(context, result)
    read(context, result)
    classify(context, result, judge)
    archive.refresh_urgency()
    index(context, result)
    match(context, result)


def watch_round(context: Context, names: Sequence[str] = (), since: date | None = None) -> RoundResult:
    """One whole round: poll what is due and bring it as far as search. Broken source files are errors, not the end."""
    result = RoundResult()
    from flows.outage import tolerated

    result.errors += [str(error) for error in context.broken_sources]
    with tolerated(result):
        crawl(context, result, names, since)
    with tolerated(result):
        process(context, result)
    return result


def adopt_warc(context: Context, path: Path) -> Path:
    """Copy a WARC file of another crawler into the evidence folder under a name made from its hash, once."""
    import hashlib
    import os
    import shutil

    if not path.is_file():
        raise DataError("no such file", where=str(path), cure="give the path of a WARC file")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    target = context.settings.warc_dir / f"import-{digest[:16]}.warc.gz"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(path, fresh)
        fresh.rename(target)
    return target
