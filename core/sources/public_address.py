"""Whether an address lies on the public web: for addresses that a person enters at the desk."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from core.sources.addresses import MAX_URL

PORTS = frozenset({None, 80, 443})


def refusal(url: str, *, local: bool = False) -> str:
    """Why an address must not be asked on behalf of somebody at the desk; empty for a public one. Codes: ``no-address``
    (not http(s), too long, or with a name and password), ``port`` (not 80 or 443), ``private-address`` (this machine or
    an inner network, by name, number or DNS), ``unknown-name``. ``local``: any address and port will do.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "no-address"
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or len(url) > MAX_URL:
        return "no-address"
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        return "no-address"
    if local:
        return ""
    if port not in PORTS:
        return "port"
    return _host_refusal(host)


def _host_refusal(host: str) -> str:
    """Numbers are refused altogether: what is watched has a name, and a number has many spellings (127.1, 0x7f.1)."""
    name = host.lower()
    last = name.rpartition(".")[2]
    if "." not in name or last.isdigit() or last.startswith("0x") or last in {"localhost", "local", "internal"}:
        return "private-address"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "private-address"
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return "unknown-name"
    return "" if all(_is_public(address) for address in found) else "private-address"


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return (inner or found).is_global and not found.is_multicast
