"""All tables by name, for screens that show a code's word and for the test that walks every line."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import lru_cache

from core import codes
from core.codes.code import Code


@lru_cache(maxsize=1)
def tables() -> dict[str, type[Code]]:
    """Every table of this package by its class's name in words (``SourceKind``: ``source_kind``). Modules are imported
    by their names, which lint cannot see: a new module of tables needs no entry anywhere.
    """
    for module in pkgutil.iter_modules(codes.__path__):
        importlib.import_module(f"{codes.__name__}.{module.name}")
    return {_snake(table.__name__): table for table in Code.__subclasses__()}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
