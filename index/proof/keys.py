"""Keys of this installation, each for one purpose, derived from its secret (core.secret)."""

from __future__ import annotations

from functools import lru_cache

from core.secret import derive, load_secret
from core.settings import load


@lru_cache(maxsize=8)
def key(purpose: str) -> bytes:
    """32 bytes for ``purpose``; read once in a process, as the database is."""
    return derive(load_secret(load()), purpose)
