"""Which flagged documents the round now beginning is to look at again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core import clock
from core.errors import SoatinError
from core.model.sources import Source
from crawlers.evidence.records import read_record
from crawlers.fetch.relook import Relook, page_of, validators_of
from flows.context import Context
from index.archive import second_looks
from index.models import SourceState
from index.work import poll_leases

MOST = 200
"""Looks of one round; of one source a tenth, so that its polls keep their turn."""


def due_looks(context: Context, names: set[str], held: set[str], seconds: int) -> list[tuple[Source, Relook]]:
    """Looks that are due at documents of the named sources, taken for this round, and with them for ``seconds`` the
    leases of their sources; those of ``held`` we have already. A source that another worker is asking, or that asked
    for a pause, is left alone; a document that its platform shows nowhere by itself is not looked at again.
    """
    resting = set(SourceState.objects.filter(not_before__gt=clock.now()).values_list("name", flat=True))
    waiting = second_looks.sources_waiting((names & context.sources.keys()) - resting)
    lent = poll_leases.take(waiting - held, context.owner, seconds)
    found, nowhere = [], []
    for due in second_looks.claim(waiting & (held | lent), MOST, MOST // 10, timedelta(seconds=seconds)):
        source = context.sources[due.source]
        link = page_of(source, due.url, due.canonical_url)
        if link is None:
            nowhere.append(due.document_id)
            continue
        known = _validators(context.settings.warc_dir, due.warc, link.url)
        found.append((source, Relook(source.name, due.document_id, link.url, link.role, known)))
    second_looks.give_up(nowhere)
    poll_leases.release(lent - {source.name for source, _ in found}, context.owner)
    return found


def _validators(folder: Path, warc: tuple[str, int], url: str) -> dict[str, str]:
    """Those of the answer that we have, if it came from this very address."""
    file, offset = warc
    if not file:
        return {}
    try:
        record = read_record(folder / file, offset)
    except (SoatinError, OSError):  # removed by retention, or not restored: then it is asked for whole
        return {}
    return validators_of(record) if url in {record.url, record.requested} else {}
