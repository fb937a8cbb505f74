"""Small helpers over lxml trees of hostile pages."""

from __future__ import annotations

import html
import re
from typing import Any

from crawlers.page import charsets

_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "ul", "ol", "table"})
NO_TEXT = frozenset({"script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea"})


def parse(text: str) -> Any:
    """An element tree of any text; an empty ``html`` element when nothing can be made of it."""
    from lxml import etree  # noqa: PLC0415 -- heavy
    from lxml import html as lxml_html  # noqa: PLC0415 -- heavy

    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(_PROLOG.sub("", text, count=1), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = lxml_html.document_fromstring("<html><body></body></html>")
    if charsets.names_old_font(text):
        charsets.restore_elements(tree)
    return tree


def squash(text: str | None) -> str:
    """Text on one line with single spaces."""
    if not text:
        return ""
    if not text.isascii():
        if "\u200b" in text or "\ufeff" in text:  # blanks without width
            text = text.replace("\u200b", " ").replace("\ufeff", " ")
        text = text.replace("\xad", "")  # where a word may be broken at a line's end
    return " ".join(text.split())


def plain(value: Any) -> str:
    """A string of JSON-LD, else nothing; many sites escape it once or twice more than JSON needs."""
    return squash(html.unescape(html.unescape(value))) if isinstance(value, str) else ""


def words(text: str) -> set[str]:
    """The words of a text in lower case."""
    return set(re.findall(r"\w+", text.lower()))


def classes(element: Any) -> str:
    """Class and id of an element in lower case, for looking at words in them."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


def inline_text(element: Any) -> str:
    """The text of an element on one line, without scripts."""
    if len(element) == 0:  # most are leaves
        return squash(element.text) if isinstance(element.tag, str) and element.tag not in NO_TEXT else ""
    return squash("".join(_pieces(element)))


def block_text(element: Any) -> str:
    """The text of an element with its line breaks, without scripts; no empty lines."""
    lines = (squash(line) for line in "".join(_pieces(element)).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: Any) -> list[str]:
    """Text pieces in order, iteratively: pages nest deeper than Python recurses."""
    out: list[str] = []
    stack: list[tuple[Any, bool]] = [(element, False)]
    while stack:
        node, closing = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        breaks = tag in _BREAKS
        if closing:
            if breaks and tag != "br":
                out.append("\n")
            if node is not element and node.tail:
                out.append(node.tail.replace("\n", " "))
            continue
        stack.append((node, True))
        if not tag or tag in NO_TEXT:
            continue
        if breaks:
            out.append("\n")
        if node.text:
            out.append(node.text.replace("\n", " "))
        stack.extend((child, False) for child in reversed(node))
    return out


def by_class(tree: Any, name: str, tag: str = "*") -> list[Any]:
    """Elements that carry the class, in order. ``name`` and ``tag`` are our own constants."""
    return list(tree.xpath(f"//{tag}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))


def inside(element: Any, name: str) -> list[Any]:
    """Descendants that carry the class, in order."""
    return list(element.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))
