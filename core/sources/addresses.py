"""Addresses of sources: what host they name, and whether it may be asked."""

from __future__ import annotations

from urllib.parse import urlsplit

PORTS = {"http": "80", "https": "443"}
"""The schemes that are asked, and their own ports."""
MAX_URL = 2000
"""Longer addresses are never asked: no press page needs them, traps do."""


def netloc_of(url: str) -> str:
    """``host`` or, with a port that is not the scheme's own, ``host:port``, lower case; empty if there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if port is None or str(port) == PORTS.get(parts.scheme.lower()):
        return host
    return f"{host}:{port}"


def may_ask(url: str, hosts: tuple[str, ...] | list[str] | frozenset[str]) -> bool:
    """Whether ``url`` is a plain http(s) address on one of the source's own ``hosts`` (exact match, port included)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in PORTS or parts.username is not None or len(url) > MAX_URL:
        return False
    return netloc_of(url) in hosts
