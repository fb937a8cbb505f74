"""What a source would be asked, and whether its robots.txt lets us: for ``soatin sources check``, outside a crawl."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from core.model.sources import Source
from core.sources.addresses import may_ask, netloc_of
from crawlers.fetch.robots.rules import MOST, Rules
from crawlers.platforms import platform

_REDIRECTS = 5
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What one start address may expect. ``state``: allowed, forbidden, unknown (robots.txt cannot be had: then nothing
    is asked), or key (an interface whose key is ``set`` or ``missing``, by its own terms). ``delay``: seconds.
    """

    url: str
    role: str
    state: str
    detail: str = ""
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes = b""
    problem: str = ""


def check(
    sources: Iterable[Source], user_agent: str, timeout: float = 10.0, keys: Collection[str] = ()
) -> dict[str, list[RobotsAnswer]]:
    """For each source's name what its start addresses may expect. Each host is asked once, a few side by side.

    ``keys``: the variables of interfaces' keys that the settings hold.
    """
    sources = list(sources)
    wanted: dict[str, tuple[str, ...]] = {}
    for source in sources:
        if not _secret(source):
            wanted |= {_origin(start["url"]): source.hosts for start in source.starts}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        rules = dict(
            zip(
                wanted,
                pool.map(lambda item: _rules(item[0], item[1], user_agent, timeout), wanted.items()),
                strict=True,
            )
        )
    return {
        source.name: [_answer(source, start, rules, user_agent, keys) for start in source.starts] for source in sources
    }


def _secret(source: Source) -> str:
    secret = platform(source.platform).secret
    return secret.variable if secret else ""


def _origin(url: str) -> str:
    return f"{urlsplit(url).scheme}://{netloc_of(url)}"


def _answer(
    source: Source, start: dict[str, str], rules: dict[str, _File], user_agent: str, keys: Collection[str]
) -> RobotsAnswer:
    url, role = start["url"], start["as"]
    if variable := _secret(source):
        return RobotsAnswer(
            url, role, "key", f"{variable} {'is set' if variable in keys or os.environ.get(variable) else 'is missing'}"
        )
    found = rules[_origin(url)]
    if found.problem:
        return RobotsAnswer(url, role, "unknown", found.problem, source.delay)
    parsed = Rules(found.body, user_agent)
    delay = max(source.delay, parsed.crawl_delay())
    return RobotsAnswer(url, role, "allowed" if parsed.allowed(url) else "forbidden", "", delay)


def _rules(origin: str, hosts: tuple[str, ...], user_agent: str, timeout: float) -> _File:
    """The robots.txt of one host; a host that has none (4xx) allows everything."""
    url = f"{origin}/robots.txt"
    try:
        for _ in range(_REDIRECTS + 1):
            status, location, body = _get(url, user_agent, timeout)
            if status not in {301, 302, 303, 307, 308} or not location:
                break
            url = urljoin(url, location)
            if not may_ask(url, hosts):
                return _File(problem="robots.txt leads to another host")
        else:
            return _File(problem="robots.txt redirects without end")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _File(problem=_words(error))
    if status == 429 or status >= 500:
        return _File(problem=f"robots.txt answers {status}")
    return _File(body if status < 300 else b"")


def _words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the name is not known, or this machine is offline"
    if isinstance(error, ssl.SSLError):
        return "the certificate is not valid"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"cannot be reached ({(getattr(error, 'strerror', '') or str(error) or type(error).__name__)[:80]})"


def _get(url: str, user_agent: str, timeout: float) -> tuple[int, str, bytes]:
    """Status, Location and at most 512 KiB of one answer; names that resolve to private addresses are refused."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    address = _address(host, parts.port or (443 if secure else 80))
    connection = http.client.HTTPConnection(host, parts.port or (443 if secure else 80), timeout=timeout)
    plain = socket.create_connection(address, timeout)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": user_agent, "Host": parts.netloc, "Accept-Encoding": "identity"}
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.getheader("Location") or "", _body(response, time.monotonic() + timeout)
    finally:
        connection.close()
        plain.close()


def _body(response: http.client.HTTPResponse, until: float) -> bytes:
    """Little more than 512 KiB, so that a longer file is seen to be one. Raises TimeoutError when they are not here in
    time, however slowly they drip.
    """
    body = b""
    while len(body) <= MOST and (piece := response.read1(MOST + 1 - len(body))):
        if time.monotonic() > until:
            raise TimeoutError
        body += piece
    return body


def _address(host: str, port: int) -> tuple[str, int]:
    """The address to connect to. Raises OSError when a public name has a private one."""
    named = host == "localhost" or host.endswith(".localhost")
    address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    try:
        ipaddress.ip_address(host)
        named = True
    except ValueError:
        pass
    if not named and not ipaddress.ip_address(address).is_global:
        raise OSError(f"{host} has a private address")
    return address, port
