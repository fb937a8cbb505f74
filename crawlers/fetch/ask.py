"""One page that a round asks for. It travels with its request, through redirects, and comes back with the answer."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.http import Request, Response

from crawlers.fetch.poll import Poll
from crawlers.fetch.relook import Relook
from crawlers.platforms import platform
from crawlers.platforms.port import Secret

_KEY = "ask"


@dataclass(slots=True, eq=False)
class Ask:
    """An address to ask. ``chain``: the start whose ``number``-th page it is; ``page``: the page of a chain that leads
    to it; ``look``: the flagged document that it is asked for again; ``answers``: how many came, redirects included.
    """

    poll: Poll
    url: str
    role: str
    depth: int = 0
    chain: str = ""
    number: int = 1
    page: str = ""
    look: Relook | None = None
    answers: int = 0

    @property
    def start(self) -> bool:
        """Whether it is an address that the source itself names."""
        return self.depth == 0 and self.number == 1 and self.look is None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where it may lead."""
        return self.poll.source.hosts

    @property
    def secret(self) -> Secret | None:
        """The key that its interface asks for."""
        return platform(self.poll.source.platform).secret


def carry(request: Request, ask: Ask) -> Request:
    """Send it along with a request."""
    request.meta[_KEY] = ask
    return request


def carried(message: Request | Response) -> Ask:
    """What a request, or the answer to it, was made for."""
    ask: Ask = message.meta[_KEY]
    return ask
