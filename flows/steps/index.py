"""The step that carries changes of the archive to the search engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flows.context import Context
from flows.work import RoundResult, work
from index.archive import reading
from index.search import DocumentsRefusedError, SearchBackend, open_search
from index.work import leases


def index(context: Context, result: RoundResult) -> None:
    """Carry what changed in the archive to the search engine."""
    backend = open_search(context.settings)
    work(context, result, "index", 500, partial(_index_documents, context.owner, backend), away=backend.problem)


def _index_documents(owner: str, backend: SearchBackend, result: RoundResult, ids: Sequence[str]) -> None:
    documents = reading.search_documents(ids)
    if gone := sorted(set(ids) - {document.id for document in documents}):
        backend.delete(gone)
    try:
        backend.index(documents)
    except DocumentsRefusedError as error:  # at fault themselves: never tried again by themselves
        leases.bury("index", error.reasons, owner)
        result.counts["failed"] += len(error.reasons)
        result.errors.append(f"index: {error}")
        documents = [document for document in documents if document.id not in error.reasons]
    result.counts["indexed"] += len(documents)
