"""Names of hosts become addresses here, and only public ones (Scrapy's resolver, named in crawlers.fetch.run)."""

from __future__ import annotations

import ipaddress
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from core.outgoing import is_public

private_names: set[str] = set()
"""Host names that resolved to a private address in this round; none of them was asked."""


def is_local(host: str) -> bool:
    """Whether a source's host entry itself is an IP address or localhost: then its owner means that machine."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class PublicResolver(CachingThreadedResolver):
    """Resolves names, but never to a private, loopback or link-local address."""

    local: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicResolver:
        """As Scrapy makes it, knowing which hosts the sources name as local."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.local = frozenset(crawler.settings.getlist("SOATIN_LOCAL_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802  # Twisted's name
        """The IPv4 address of ``name``; fails with DNSLookupError when it is not a public one."""

        def check(address: str) -> str:
            if name not in self.local and not is_public(address):
                private_names.add(name.lower())
                raise DNSLookupError(f"{name} has the private address {address}")
            return address

        return super().getHostByName(name, timeout).addCallback(check)
