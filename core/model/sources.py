"""Sources, as their files describe them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.codes.texts import SourceKind


@dataclass(frozen=True, slots=True)
class Source:
    """A site, channel, page, forum or hotline that is watched (one TOML file).

    ``starts`` are addresses to poll, each ``{"url": ..., "as": "feed" | "listing" | "channel" |
    "thread"}``. ``hosts`` are the only network locations (``host`` or ``host:port``) that may be
    asked. ``interval`` is minutes between polls, ``delay`` seconds between requests to one host.
    """

    name: str
    title: str
    kind: SourceKind
    platform: str
    starts: tuple[dict[str, str], ...]
    hosts: tuple[str, ...]
    official: bool = False
    province: str = ""
    district: str = ""
    interval: int = 30
    delay: float = 5.0
    enabled: bool = True
    hints: dict[str, Any] = field(default_factory=dict)
