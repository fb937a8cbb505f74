"""Every platform is a file here, behind the port of :mod:`crawlers.platforms.port`.

``platform(name)`` imports ``crawlers.platforms.<name>`` by its name (the one place that does) and gives its
``PLATFORM``. The contract suite in tests/crawlers runs over all of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from crawlers.platforms import port
from crawlers.platforms.port import Platform


def names() -> list[str]:
    """The platforms there are."""
    own = port.__name__.rpartition(".")[2]
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != own)


@lru_cache
def platform(name: str) -> Platform:
    """The platform of that name (a source's ``platform`` is checked when it is loaded)."""
    found = importlib.import_module(f"{__name__}.{name}").PLATFORM
    if not isinstance(found, Platform):
        raise TypeError(f"{__name__}.{name}.PLATFORM")
    return found
