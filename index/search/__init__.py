"""Search engines behind one port.

The adapter is chosen by the scheme of ``search_url``: module ``index/search/<scheme>.py`` with a function
``open_backend(settings) -> SearchBackend``. Import-linter cannot see that; tests/index/test_search.py does.
"""

from __future__ import annotations

import importlib
import re

from core.errors import UsageError
from core.settings import Settings
from index.search.base import Filters, Hit, Order, RefusedError, Results, SearchBackend, SearchError

__all__ = ["Filters", "Hit", "Order", "RefusedError", "Results", "SearchBackend", "SearchError", "open_search"]

_HELPERS = {
    "base", "compile_elastic", "compile_fts", "elastic_bulk", "elastic_client", "elastic_indices", "elastic_mapping",
    "facets", "highlight", "sqlite_columns", "sqlite_hits", "sqlite_postings", "sqlite_scores", "sqlite_store",
    "sqlite_warm",
}  # fmt: skip


def open_search(settings: Settings) -> SearchBackend:
    """The search engine of these settings: SQLite FTS5 in the data folder unless ``search_url`` names another."""
    url = str(settings.search_url)
    scheme = url.partition("://")[0].partition("+")[0] if url else "sqlite"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", scheme) or scheme in _HELPERS:
        raise UsageError("not the address of a search engine", where="search_url", cure="leave it empty for SQLite")
    name = f"{__name__}.{scheme}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise UsageError(
            f"no search engine for {scheme}://", where="search_url", cure="leave it empty for SQLite"
        ) from None
    backend: SearchBackend = module.open_backend(settings)
    return backend
