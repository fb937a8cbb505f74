"""Trial runs of sources: one small round into a folder that is thrown away, nothing of it reaches the archive."""

from __future__ import annotations

import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from core.errors import SoatinError
from core.model.documents import Document
from core.model.drops import Drop, Polled
from core.model.sources import Source
from core.outgoing import refusal
from core.sources.files import parse_source
from crawlers.fetch.robots.preview import check
from crawlers.fetch.round import Limits, run_round
from crawlers.read import read_warc
from flows.context import Context
from index.models import SourceTrial
from index.work import leases, trials

PAGES = 5
SECONDS = 60
LISTED = 20


def run_due(context: Context) -> int:
    """Run the trials that are due; how many."""
    count = 0
    while keys := leases.claim(trials.QUEUE, context.owner, 1, 3 * SECONDS):
        row = SourceTrial.objects.filter(pk=keys[0]).first()
        if row is not None and row.state != "done":
            try:
                trials.finish(row.pk, run(context, parse_source(row.name, tomllib.loads(row.toml))))
            except (SoatinError, OSError, ValueError) as error:
                trials.finish(row.pk, {"error": f"{type(error).__name__}: {error}"[:300]})
            count += 1
        leases.done(trials.QUEUE, keys, context.owner)
    return count


def run(context: Context, source: Source) -> dict[str, Any]:
    """What one small round over a source brings: documents, drops by reason, the verdict of robots.txt. Addresses
    outside the public web are refused, whoever entered them, unless ``local_sources`` is set.
    """
    settings = context.settings
    for start in source.starts:
        if why := refusal(start["url"], local=bool(settings.local_sources)):
            return {"refused": why}
    agent = str(settings.user_agent).format(contact=settings.contact)
    wait = min(float(settings.request_timeout), 10.0)
    verdicts = check([source], agent, wait)[source.name]
    with tempfile.TemporaryDirectory(prefix="soatin-trial-") as folder:
        outcome = run_round(
            [source],
            warc_dir=Path(folder),
            limits=Limits(int(settings.max_body_mb) << 20, wait, SECONDS, int(settings.max_redirects), PAGES),
            user_agent=agent,
            seen={},
        )
        found = _read(list(outcome.files), source)
    robots = [{"url": one.url, "state": one.state, "detail": one.detail} for one in verdicts]
    return {**found, "robots": robots, "error": found["error"] or outcome.error}


def _read(files: list[Path], source: Source) -> dict[str, Any]:
    documents: list[Document] = []
    drops: Counter[str] = Counter()
    error, requests = "", 0
    for item in (item for file in files for item in read_warc(file, {source.name: source})):
        if isinstance(item, Document):
            documents.append(item)
        elif isinstance(item, Drop) and item.reason != "max-pages":  # that is the trial's own limit
            drops[item.reason] += 1
        elif isinstance(item, Polled):
            error, requests = item.error, requests + item.requests
    listed = [
        {
            "title": (one.title or one.text)[:200],
            "url": one.url[:500],
            "published": one.published.isoformat() if one.published else "",
            "characters": len(one.text),
        }
        for one in documents[:LISTED]
    ]
    return {
        "documents": listed, "total": len(documents), "drops": drops.most_common(), "requests": requests, "error": error
    }  # fmt: skip
