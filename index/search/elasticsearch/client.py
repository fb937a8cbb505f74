"""The connection to Elasticsearch: address, keys, certificates, and the client's errors in words for a person.

Only this module and its neighbours know the client; it is imported inside functions, since an installation on SQLite
need not have it.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from core.errors import UsageError
from core.settings import Settings
from index.search.port import SearchError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

OLDEST = 8
TIMEOUT = 30  # seconds for one request
RETRIES = 3
_FORM = "write elasticsearch+https://user:password@host:9200/prefix"
_SETTINGS = "check search_url, search_api_key and search_ca"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the cluster is and how to enter. Equal addresses share one client."""

    url: str  # without user and password: the only part that is ever shown
    prefix: str
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca: str = ""


def address(settings: Settings) -> Address:
    """Read ``search_url``, ``search_api_key`` and ``search_ca``. Raises UsageError without repeating a secret."""
    try:
        parts = urlsplit(str(settings.search_url).partition("+")[2])
        port, host, name = parts.port or 9200, parts.hostname, parts.path.strip("/") or "soatin"
    except ValueError:
        raise UsageError("not the address of an Elasticsearch", where="search_url", cure=_FORM) from None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise UsageError("not the address of an Elasticsearch", where="search_url", cure=_FORM)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,80}", name):
        raise UsageError(
            f"{name!r} cannot begin the name of an index",
            where="search_url",
            cure="use lower-case letters, digits, dots, - and _",
        )
    ca = str(settings.search_ca)
    if ca:
        _check_ca(settings.home / ca)
    return Address(
        url=f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}",
        prefix=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        api_key=str(settings.search_api_key),
        ca=str(settings.home / ca) if ca else "",
    )


def _check_ca(file: Path) -> None:
    """The client would only notice when it first connects."""
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # SSLError is one
        raise UsageError(
            f"no certificate can be read there ({type(error).__name__})",
            where=f"search_ca: {file}",
            cure="name the CA's certificate, a file in PEM form",
        ) from None


@lru_cache(maxsize=8)
def connect(where: Address) -> Elasticsearch:
    """The client for an address, with a pool of connections that all threads share. Asks nothing yet."""
    try:
        from elasticsearch import Elasticsearch  # noqa: PLC0415 -- optional: SQLite needs none
    except ModuleNotFoundError:
        raise UsageError(
            "the Elasticsearch client is not installed", where="search_url", cure="pip install 'soatin[elasticsearch]'"
        ) from None
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # each retry is a warning; the end is raised
    options: dict[str, Any] = {}
    if where.api_key:
        options["api_key"] = where.api_key
    elif where.user:
        options["basic_auth"] = (where.user, where.password)
    if where.ca:
        options["ca_certs"] = where.ca
    return Elasticsearch(
        where.url, request_timeout=TIMEOUT, max_retries=RETRIES, retry_on_timeout=True,
        retry_on_status=(502, 504), **options,
    )  # fmt: skip


@contextmanager
def plainly(where: Address) -> Iterator[None]:
    """Whatever the client raises becomes a SearchError of one line, without secrets."""
    from elasticsearch import ApiError, SerializationError, TransportError, UnsupportedProductError  # noqa: PLC0415 -- optional: SQLite needs none

    try:
        yield
    except UnsupportedProductError:
        raise _said(where, "what answers there is no Elasticsearch", _FORM) from None
    except ApiError as error:
        raise _said(where, *_refusal(error.status_code, error.body)) from None
    except SerializationError as error:
        raise _said(where, f"a text that cannot be sent or read ({type(error).__name__})", "") from None
    except TransportError as error:
        raise _said(where, *_no_answer(error)) from None


def reason(body: Any) -> tuple[str, str]:
    """Kind and text of an error answer, the innermost cause first; cut, because it may quote a document."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", str(error or "")[:200]
    inner = next(iter(error.get("root_cause") or []), error)
    kind = str(inner.get("type") or error.get("type") or "")
    return kind, str(inner.get("reason") or error.get("reason") or "")[:200]


def _said(where: Address, what: str, cure: str) -> SearchError:
    return SearchError(f"Elasticsearch: {what}", where=where.url, cure=cure)


_REFUSALS: dict[int, tuple[str, str]] = {
    401: ("it does not know this user or key", _SETTINGS),
    403: ("this user or key may not do that", "give it the rights of docs/deploy.md"),
    406: (f"it is too old: version {OLDEST} is the oldest that is spoken to", "update Elasticsearch"),
    429: ("it is overloaded", "wait, or give it more memory"),
}


def _refusal(status: int, body: Any) -> tuple[str, str]:
    kind, text = reason(body)
    if kind == "cluster_block_exception":
        return f"it is read-only ({text})", "free disk space on it, or lift the block"
    if "too_many" in kind and status == 400:
        return "the query fits too many words", "type more letters before the star, or fewer words"
    if "media_type" in kind or "compatible-with" in text:
        status = 406  # what version 7 says to a client of version 8
    if status == 503:
        return f"part of the index cannot be reached ({kind or status})", "see the cluster's health"
    return _REFUSALS.get(status) or (f"it refused ({status} {kind}: {text})", "")


def _no_answer(error: Exception) -> tuple[str, str]:
    name = type(error).__name__
    if name == "TlsError":
        return "its certificate is not trusted", "set search_ca to the certificate of its CA"
    if name == "ConnectionTimeout":
        return f"no answer within {TIMEOUT} s", "see whether it is overloaded"
    return "it cannot be reached", f"see whether it runs; {_SETTINGS}"
