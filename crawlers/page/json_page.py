"""Small helpers over the JSON that platforms' interfaces answer with. Nothing in it is believed to have its type."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.page.markup import block_text, parse
from crawlers.page.page import Page

_START = (b"{", b"[")


def load(page: Page) -> Any:
    """The page's JSON; None when it is none."""
    if not page.body[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_START):
        return None
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError):
        return None


def at(data: Any, *path: str) -> Any:
    """What stands under a path of names; None where it ends early."""
    for name in path:
        if not isinstance(data, dict):
            return None
        data = data.get(name)
    return data


def text_at(data: Any, *path: str) -> str:
    """The string (or whole number as string) under a path; '' when there is none."""
    value = at(data, *path)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def number_at(data: Any, *path: str) -> int:
    """The whole number under a path, also one written as a string (Google's 64 bits), 0 when there is none."""
    value = at(data, *path)
    if isinstance(value, str) and len(value) < 16 and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else 0


def dicts_at(data: Any, *path: str) -> list[dict[str, Any]]:
    """The objects of the list under a path."""
    value = at(data, *path) if path else data
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def plain_text(markup: str, without: str = "") -> str:
    """The words of a piece of HTML, line by line. ``without``: XPath of what is not the author's (our own constant)."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    tree = parse(f"<div>{markup}</div>")
    for element in tree.xpath(without) if without else ():
        if element.getparent() is not None:
            element.drop_tree()
    return block_text(tree)


def with_query(url: str, **changes: str) -> str:
    """The address with these query parameters set, and those that are '' taken away."""
    parts = urlsplit(url)
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key not in changes]
    pairs += [(key, value) for key, value in changes.items() if value]
    return urlunsplit(parts._replace(query=urlencode(pairs), fragment=""))
