"""The sources as their files describe them, read again when a file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from core.codes.texts import OwnSource
from core.errors import DataError
from core.model.sources import Source
from core.sources.files import load_sources
from review_ui.language import word_of


def load() -> tuple[list[Source], list[DataError]]:
    """All sources of this installation, and what is wrong with source files that cannot be read."""
    folder: Path = settings.SOATIN.sources_dir
    sources, broken = load_sources(folder if folder.is_dir() else None)
    if not settings.SOATIN.shipped_sources:
        own = {path.stem for path in folder.glob("*.toml")}
        sources = [source for source in sources if source.name in own]
    return sources, broken


def titles() -> dict[str, str]:
    """Titles by name."""
    folder: Path = settings.SOATIN.sources_dir
    return _titles(folder.stat().st_mtime_ns if folder.is_dir() else 0)


@lru_cache(maxsize=2)
def _titles(_changed: int) -> dict[str, str]:
    return {str(own): own.vi for own in OwnSource} | {source.name: source.title for source in load()[0]}


def title_of(name: str) -> str:
    """A source's title on screen; its name when the source file is gone."""
    return word_of(OwnSource, name) if name in set(OwnSource) else titles().get(name, name)
