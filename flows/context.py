"""The one place where Django is started outside the desk's server.

The settings module is named by a string (``review_ui.settings``), which import-linter cannot see;
tests/flows/test_whole_way.py goes through here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.errors import DataError
from core.model.sources import Source
from core.plans import ProvincePlan, load_plan
from core.private_files import keep_private
from core.settings import Settings, load
from core.sources.files import load_sources


@dataclass(frozen=True)
class Context:
    """What every step needs: settings, the worker's name for leases, plan and sources."""

    settings: Settings
    owner: str

    @cached_property
    def plan(self) -> ProvincePlan:
        """The plan of the province in the settings."""
        return load_plan(str(self.settings.province))

    @cached_property
    def _loaded(self) -> tuple[list[Source], list[DataError]]:
        folder = self.settings.sources_dir
        sources, broken = load_sources(folder if folder.is_dir() else None)
        if not self.settings.shipped_sources:
            own = {path.stem for path in folder.glob("*.toml")}
            sources = [source for source in sources if source.name in own]
        return sources, broken

    @property
    def sources(self) -> dict[str, Source]:
        """All sources by name, disabled ones too; a broken file is in :attr:`broken_sources` instead."""
        return {source.name: source for source in self._loaded[0]}

    @property
    def broken_sources(self) -> list[DataError]:
        """Source files that could not be read, each with its cure."""
        return self._loaded[1]

    @property
    def watched(self) -> dict[str, Source]:
        """Enabled sources of the country and of the plan's province."""
        here = {"", self.plan.name}
        return {name: source for name, source in self.sources.items() if source.enabled and source.province in here}


def start_django(home: Path | None = None) -> Settings:
    """Start Django over the archive of ``home`` and return its settings. Modules that read or write the archive can be
    imported from here on: the command line calls this before it imports a command's work.
    """
    settings = load(home)
    keep_private(settings)
    os.environ["SOATIN_HOME"] = str(settings.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "review_ui.settings")
    import django  # noqa: PLC0415 -- Django must stand first
    from django.apps import apps  # noqa: PLC0415 -- Django must stand first

    if not apps.ready:
        django.setup()
    return settings


def open_context(home: Path | None = None) -> Context:
    """Start Django over the archive of ``home`` and name this worker."""
    settings = start_django(home)
    from index.work.poll_leases import worker  # noqa: PLC0415 -- can be imported only now

    return Context(settings, worker())


def migrate() -> None:
    """Bring the archive's tables, groups and permissions up to date. Safe to run at every start."""
    from django.core.management import call_command  # noqa: PLC0415 -- Django must stand first

    call_command("migrate", interactive=False, verbosity=0)
