"""Who asks: the address of the connection, or what a trusted proxy says of it (setting ``trusted_proxies``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = (
    "HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_BY", "HTTP_X_REAL_IP",
)  # fmt: skip
"""Headers that anybody can send: from whom we do not trust they are taken out before anything reads them."""


class ClientAddress:
    """``REMOTE_ADDR`` of every request is the client's address from here on. It stands before all other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set it, then pass on."""
        networks = [ip_network(one) for one in settings.SOATIN.trusted_proxies]
        meta = request.META
        if _is_in(str(meta.get("REMOTE_ADDR", "")), networks):
            meta["REMOTE_ADDR"] = behind(meta["REMOTE_ADDR"], meta.get("HTTP_X_FORWARDED_FOR", ""), networks)
        else:
            for name in FORWARDED:
                meta.pop(name, None)
        return self.get_response(request)


def behind(peer: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The last address of the list that no trusted proxy has: what stands left of it anybody can have written. Where
    the list ends in something that is no address, the proxy that sent it.
    """
    for given in reversed(forwarded.split(",")):
        address = given.strip()
        try:
            ip_address(address)
        except ValueError:
            return peer
        if not _is_in(address, trusted):
            return address
        peer = address
    return peer


def client_address(request: HttpRequest) -> str:
    """The client's address, for the record and for what counts requests."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        number = ip_address(address)
    except ValueError:
        return False
    return any(number in network for network in networks)
