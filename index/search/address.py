"""What the address of a search asks for: the same names on the search page, in saved searches and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from index.query.parse import Query, parse
from index.search import Filters

FILTERS = ("source", "source_kind", "place", "kind", "text_kind", "verdict")
NAMES = ("q", "from", "to", *FILTERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was typed and as it was understood, with the conditions beside it."""

    text: str
    query: Query
    filters: Filters


def asked(values: Mapping[str, str]) -> Asked:
    """Read the values of an address. Raises QueryError for a wrong query; a day that is none is left out."""
    text = values.get("q", "").strip()
    return Asked(text, parse(text), filters_of(values))


def filters_of(values: Mapping[str, str]) -> Filters:
    """The conditions of an address. Days are ``from`` and ``to``, YYYY-MM-DD, both included."""
    return Filters(
        since=_day(values.get("from", "")),
        until=_day(values.get("to", "")),
        **{name: values.get(name, "") for name in FILTERS},
    )


def tidy(address: str) -> str:
    """The query string with only what a search asks for, in one order: the permalink of a search."""
    values = dict(parse_qsl(address.lstrip("?"), keep_blank_values=False))
    return urlencode([(name, values[name]) for name in NAMES if values.get(name, "").strip()])


def values_of(address: str) -> dict[str, str]:
    """The values of a query string."""
    return dict(parse_qsl(address, keep_blank_values=False))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
