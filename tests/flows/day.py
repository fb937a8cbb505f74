"""A day of sixty sources on a clock of its own: the rules, the archive and the alarms are the real ones, only what the
sources answer is made up. Used by a test and by the measurements.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from core import clock
from core.codes.texts import DocumentKind
from core.model.documents import Document, document_id, sha256_hex
from core.model.drops import Polled
from core.sources.polling import next_poll
from flows.context import Context
from flows.steps.crawl import due_sources
from flows.steps.read import take_in
from flows.tell.alarms import raise_alarms
from flows.upkeep.missed import check
from index.models import Alarm, SourceState

SOURCES = 60
STEP = timedelta(minutes=5)
OUTAGE = timedelta(hours=3)
FIRST, APART = timedelta(hours=6), timedelta(minutes=30)
"""When the first outage begins (until then the sources show what is usual for them), and how far apart they are."""


@dataclass
class Day:
    """What came of it. ``late``: the longest that a due poll waited, in intervals of its source; ``shortest``: between
    two polls of one source; ``raised`` and ``cleared``: sources whose alarm was.
    """

    polls: int = 0
    late: float = 0.0
    shortest: timedelta = timedelta(days=1)
    failing: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)


def write_sources(folder: Path) -> None:
    """Sixty sources that are due every 10 to 25 minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(SOURCES):
        (folder / f"bao-{number:02}.toml").write_text(
            f'title = "Báo {number}"\nkind = "press"\nplatform = "press"\nhosts = ["bao-{number}.example"]\n'
            f"interval = {10 + number % 4 * 5}\n"
            f'[[starts]]\nurl = "https://bao-{number}.example/rss"\nas = "feed"\n',
            "utf-8",
        )


def live(context: Context, begin: datetime) -> Day:
    """Twenty-four hours from ``begin``. Every third source fails for three hours, one after the other."""
    day, times = Day(), defaultdict(list)
    outages = {f"bao-{n:02}": begin + FIRST + APART * (n // 3) for n in range(0, SOURCES, 3)}
    day.failing = set(outages)
    for step in range(int(timedelta(hours=24) / STEP)):
        now = begin + step * STEP
        with patch.object(clock, "now", lambda now=now: now):
            states = {state.name: state for state in SourceState.objects.all()}
            items: list[Document | Polled] = []
            for source in due_sources(context):
                if (state := states.get(source.name)) and (
                    due := next_poll(source, state.last_polled, state.failures, daily=state.daily)
                ):
                    day.late = max(day.late, (now - due) / timedelta(minutes=source.interval))
                times[source.name].append(now)
                start = outages.get(source.name)
                if start and start <= now < start + OUTAGE:
                    items.append(Polled(source.name, now, 1, f"timeout {source.starts[0]['url']}"))
                else:
                    items += [_news(source.name, now), Polled(source.name, now, 2)]
            take_in(context, items)
            if step % 3 == 0:
                raise_alarms(context, check(context, now))
    day.polls = sum(map(len, times.values()))
    day.shortest = min(after - before for moments in times.values() for before, after in pairwise(moments))
    alarms = Alarm.objects.filter(code="source-silent")
    day.raised = set(alarms.values_list("subject", flat=True))
    day.cleared = set(alarms.exclude(cleared=None).values_list("subject", flat=True))
    return day


def _news(source: str, at: datetime) -> Document:
    url = f"https://{source}.example/{at:%H%M}"
    return Document(
        id=document_id(url), source=source, kind=DocumentKind.ARTICLE, url=url, canonical_url=url, title="Tin giờ",
        text=f"Tin của {source} lúc {at:%H:%M}.", published=at, fetched=at, sha256=sha256_hex(url),
    )  # fmt: skip
