"""Search engines behind one port.

The adapter is chosen by the scheme of ``search_url``: folder ``index/search/<scheme>/`` whose ``engine.py`` has
``open_backend(settings) -> SearchBackend``. Import-linter cannot see that; tests/index/test_search.py does.
"""

from __future__ import annotations

import importlib
import re

from core.errors import UsageError
from core.settings import Settings
from index.search.port import DocumentsRefusedError, Filters, Hit, Order, Results, SearchBackend, SearchError

__all__ = ["DocumentsRefusedError", "Filters", "Hit", "Order", "Results", "SearchBackend", "SearchError", "open_search"]


def open_search(settings: Settings) -> SearchBackend:
    """The search engine of these settings: SQLite FTS5 in the data folder unless ``search_url`` names another."""
    url = str(settings.search_url)
    scheme = url.partition("://")[0].partition("+")[0] if url else "sqlite"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", scheme):
        raise UsageError("not the address of a search engine", where="search_url", cure="leave it empty for SQLite")
    name = f"{__name__}.{scheme}.engine"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith(str(error.name)):
            raise
        raise UsageError(
            f"no search engine for {scheme}://", where="search_url", cure="leave it empty for SQLite"
        ) from None
    backend: SearchBackend = module.open_backend(settings)
    return backend
