"""Requests that leave this machine on behalf of somebody: only to public addresses, and to those hosts of the own
network that an admin allows (setting ``own_hosts``).

A name is resolved once, everything that it resolves to is looked at, and the connection is made to the address that was
looked at, so that a name server that changes its mind gains nothing. A redirect is a new request and is looked at as
one. Three doors: :func:`refusal` for what a person enters, :func:`ask` for requests of our own, and
:func:`connect_only_to_public` for a process that lets somebody else's library ask.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import sys
import threading
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from core.errors import SoatinError
from core.sources.addresses import MAX_URL, PORTS

_DEFAULT_PORT = {scheme: int(port) for scheme, port in PORTS.items()}
_OPEN_PORTS = {None, *_DEFAULT_PORT.values()}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STARTS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn"})
_SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class OutgoingError(SoatinError):
    """A request that was not made, or brought no answer that can be used. ``code``: ``no-address``, ``port``,
    ``private-address``, ``unknown-name``, ``redirect``, ``too-large``, ``timeout`` or ``network``.
    """

    def __init__(self, code: str, what: str, *, where: str = "", cure: str = "") -> None:
        self.code = code
        super().__init__(what, where=where, cure=cure)


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What came back: header names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address, as a number, lies on the public web (also what one of the two maps or tunnels)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is None and found.version == 6 and found in _NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return (inner or found).is_global and not found.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits."""


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
    if parts.scheme not in _DEFAULT_PORT or not host or parts.username is not None or len(url) > MAX_URL:
        return "no-address"
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        return "no-address"
    if local:
        return ""
    if port not in _OPEN_PORTS:
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
        found = _addresses(name, None)
    except OSError:
        return "unknown-name"
    return "" if all(is_public(address) for address in found) else "private-address"


def ask(
    url: str,
    *,
    own_hosts: Collection[str] = (),
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    most: int = 10 * 1024 * 1024,
    seconds: float = 30.0,
    redirects: int = 0,
) -> WebAnswer:
    """The answer of an http(s) address: at most ``most`` bytes of body, within ``seconds``. Raises OutgoingError.

    ``own_hosts``: names or numbers (``host`` or ``host:port``) of the own network that may be asked although they are
    not public. ``redirects``: how many may be followed (always by GET, and never from https to http).
    """
    until = time.monotonic() + seconds
    for left in range(redirects, -1, -1):
        answer = _ask_once(url, own_hosts, (method, body, headers or {}), most, until)
        target = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not target:
            return answer
        if not left:
            break
        following = urljoin(url, target.strip())
        if url.startswith("https:") and not following.startswith("https:"):
            break
        url, method, body = following, "GET", None
    raise OutgoingError("redirect", f"answers {answer.status} and leads elsewhere", where=shown(url))


def shown(url: str) -> str:
    """An address without what may be secret in it: no password, no query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the address"
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


def _ask_once(
    url: str, own_hosts: Collection[str], what: tuple[str, bytes | None, Mapping[str, str]], most: int, until: float
) -> WebAnswer:
    where = shown(url)
    if why := refusal(url, local=True):
        raise OutgoingError(why, "not an http(s) address that may be asked", where=where)
    parts = urlsplit(url)
    host, port, secure = parts.hostname or "", parts.port or _DEFAULT_PORT[parts.scheme], parts.scheme == "https"
    address = address_of(host, port, own_hosts, where)
    try:
        plain = socket.create_connection((address, port), max(0.1, until - time.monotonic()))
    except OSError as error:
        raise OutgoingError("network", f"cannot be reached ({error.strerror or error})", where=where) from None
    late = threading.Timer(max(0.1, until - time.monotonic()), _cut, [plain])  # however slowly an answer drips
    late.daemon = True
    late.start()
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        method, body, headers = what
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {"Host": parts.netloc, "Accept-Encoding": "identity", **headers})
        response = connection.getresponse()
        received = response.read(most + 1)
        if len(received) > most:
            raise OutgoingError("too-large", f"answers with more than {most} bytes", where=where)
        if response.length:  # still missing: the server closed, or we did when the time was up
            raise http.client.IncompleteRead(received, response.length)
        if time.monotonic() >= until:
            raise TimeoutError
        return WebAnswer(url, response.status, {n.lower(): v for n, v in response.getheaders()}, received)
    except (OSError, http.client.HTTPException, ValueError) as error:
        code = "timeout" if time.monotonic() >= until or isinstance(error, TimeoutError) else "network"
        raise OutgoingError(code, f"brings no answer ({type(error).__name__})", where=where) from None
    finally:
        late.cancel()
        connection.close()
        plain.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def address_of(host: str, port: int, own_hosts: Collection[str], where: str = "") -> str:
    """The IP address to connect to for a host. Raises OutgoingError unless all that it has are public, or an admin
    allows the host as it is written.
    """
    try:
        found = _addresses(host, port)
    except OSError:
        raise OutgoingError("unknown-name", "the name is not known, or this machine is offline", where=where) from None
    name = host.lower().rstrip(".")
    allowed = {own.lower() for own in own_hosts} & {name, f"{name}:{port}", f"[{name}]", f"[{name}]:{port}"}
    if not allowed and not all(is_public(address) for address in found):
        raise OutgoingError(
            "private-address",
            "lies on this machine or an inner network and is not asked",
            where=where,
            cure="an admin may add it to own_hosts",
        )
    return found[0]


def _addresses(host: str, port: int | None) -> list[str]:
    """What a name resolves to, in the resolver's order. Raises OSError."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"no host name: {host!r}") from None
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def connect_only_to_public(own_hosts: Collection[str] = ()) -> list[str]:
    """From now on no code of this process, of whatever library, connects to an address that is neither public nor one
    of the ``own_hosts``, and none starts a program. This cannot be taken back: it is for a process of its own.

    Looks at the number that is connected to (Python's audit events), whatever the name was and wherever a redirect
    leads. Returns a list that grows by each address that was refused.
    """
    allowed = _allowed(own_hosts)
    refused: list[str] = []

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SENDS and not _may_connect(arguments[1], allowed):
            refused.append(str(arguments[1]))
            raise ConnectionRefusedError("not a public address")
        if event in _STARTS:
            refused.append(event)
            raise PermissionError("no program is started from here")

    sys.addaudithook(look)
    return refused


def _allowed(own_hosts: Collection[str]) -> set[tuple[str, int | None]]:
    """Addresses of these hosts, with the port where it is given."""
    found: set[tuple[str, int | None]] = set()
    for own in own_hosts:
        try:
            parts = urlsplit(f"//{own}")
            host, port = parts.hostname or "", parts.port
            found |= {(address, port) for address in _addresses(host, port)}
        except (OSError, ValueError):
            continue  # not known at the moment: then it cannot be reached either
    return found


def _may_connect(address: Any, allowed: set[tuple[str, int | None]]) -> bool:
    if not isinstance(address, tuple) or len(address) < 2:
        return False  # a Unix socket, a Bluetooth device: nothing that a message is posted to
    host, port = str(address[0]), address[1]
    if {(host, port), (host, None)} & allowed:
        return True
    try:
        return is_public(host)
    except ValueError:
        return False  # a name that would be resolved only now
