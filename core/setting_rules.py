"""What a setting may be: each rule takes a value of the right type and returns it, or raises ValueError with a sentence
that says what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from core.plans import names as plan_names
from core.plans import slug
from core.topics import names as topic_names

Rule = Callable[[Any], Any]
_MAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_HOST = re.compile(r"[A-Za-z0-9._*\[\]:-]+")


def between(least: float, most: float, also: float | None = None) -> Rule:
    """A number from ``least`` to ``most``, or the one number ``also`` that means something else."""

    def rule(value: float) -> float:
        if value != also and not least <= value <= most:  # NaN is in no range
            more = "" if also is None else f", or {also:g}"
            raise ValueError(f"give a number from {least:g} to {most:g}{more}")
        return value

    return rule


def one_of(*choices: str) -> Rule:
    """One of these words."""

    def rule(value: str) -> str:
        if value not in choices:
            raise ValueError(f"give one of: {', '.join(choices)}")
        return value

    return rule


def address(*schemes: str) -> Rule:
    """Empty, or an address with a host and one of these schemes."""

    def rule(value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            fits = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            fits = False
        if not fits or parts.scheme not in schemes:
            raise ValueError(f"give an address such as {schemes[0]}://host, or leave it empty")
        return value

    return rule


def site(value: str) -> str:
    """Empty, or the address of a whole site; the slash at its end is left out."""
    try:
        parts = urlsplit(value)
        good = not value or (parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        good = False
    if not good or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("give the address of a site, such as https://soatin.example.vn")
    return value.rstrip("/")


def engine(value: str) -> str:
    """Empty, or a search engine's address; its scheme names the folder of the engine (index/search), which may be an
    office's own.
    """
    try:
        parts = urlsplit(value)
        named = re.fullmatch(r"[a-z][a-z0-9_]*(?:\+[a-z]+)?", parts.scheme) is not None
        fits = not value or (named and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("give an address such as elasticsearch+https://host, or leave it empty")
    return value


def database(value: str) -> str:
    """Empty, or a PostgreSQL address with host and database."""
    address("postgresql", "postgres")(value)
    if value and len(urlsplit(value).path) < 2:
        raise ValueError("give postgresql://user:password@host:port/database, or leave it empty")
    return value


def mail(value: str) -> str:
    """A mail address."""
    if not _MAIL.fullmatch(value):
        raise ValueError(f"{value!r} is no mail address; give one such as thanh-tra@example.vn")
    return value


def each(rule: Rule) -> Rule:
    """A list whose every item follows a rule."""
    return lambda values: [rule(value) for value in values]


def host(value: str) -> str:
    """A host's name or number, without scheme, port or path."""
    if not _HOST.fullmatch(value):
        raise ValueError(f"{value!r} is no host; give a name or number such as soat-tin.example.vn or 127.0.0.1")
    return value


def network(value: str) -> str:
    """An address or a network of addresses."""
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f"{value!r} is no address or network; give such as 127.0.0.1 or 10.0.0.0/24") from None


def clock_time(value: str) -> str:
    """A time of day."""
    try:
        time.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no time of day; give times such as 07:00") from None
    return value


def province(value: str) -> str:
    """The name of a plan, from the province's name however it is written."""
    name = slug(value)
    if name not in plan_names():
        raise ValueError(f"give one of: {', '.join(plan_names())}")
    return name


def topic(value: str) -> str:
    """The name of a topic."""
    if value not in topic_names():
        raise ValueError(f"there is no topic {value!r}; give some of: {', '.join(topic_names())}")
    return value


def filled(value: str) -> str:
    """Not empty, one line."""
    if not value.strip() or "\n" in value or "\r" in value:
        raise ValueError("give some words on one line")
    return value


def agent(value: str) -> str:
    """How the crawler names itself: one line in which only ``{contact}`` is put in."""
    filled(value)
    try:
        value.format(contact="")
    except (KeyError, IndexError, ValueError):
        raise ValueError("only {contact} may stand in braces") from None
    return value
