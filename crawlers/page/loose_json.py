"""JSON as pages write it: nearly right. Comments, commas too many, semicolons, quotes inside of strings."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 2_000_000
_WRAPPED = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|(?://\s*|/\*\s*)?\]\]>(?:\s*\*/)?)\s*$"
)
_ASSIGNED = re.compile(r"^\s*(?:(?:var|let|const)\s+)?[\w.$]+\s*=\s*(?=[\[{])")
_COMMENT = re.compile(r"/\*.*?\*/|(?m:(?<![:\"'\w])//[^\n]*$)", re.DOTALL)
_COMMA = re.compile(r",(?=\s*[}\]])|(?<=[\[{,]),+")
_CLOSES = re.compile(r"\s*(?:[}\]:]|,\s*(?:[\"{\[\d}\]-]|true|false|null)|$)")


def loads(text: str) -> Any:
    """What a text holds as JSON, mended where it is nearly that; None when it is not."""
    if len(text) > LONGEST:
        return None
    text = _WRAPPED.sub("", _WRAPPED.sub("", text)).strip().strip(";").strip()
    for mended in (_as_it_is, _without_extras, _with_quotes):
        try:
            return json.loads(mended(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _as_it_is(text: str) -> str:
    return text


def _without_extras(text: str) -> str:
    return _outside_strings(_ASSIGNED.sub("", text))


def _with_quotes(text: str) -> str:
    """The text with the quotes escaped that do not end a string: after those that do comes more of the structure."""
    text = _ASSIGNED.sub("", text)
    out: list[str] = []
    inside = escaped = False
    for number, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\" and inside:
            escaped = True
        elif char == '"':
            if not inside:
                inside = True
            elif _CLOSES.match(text, number + 1):
                inside = False
            else:
                out.append("\\")
        out.append(char)
    return _outside_strings("".join(out))


def _outside_strings(text: str) -> str:
    """The text without comments and superfluous commas; what stands in strings stays."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    strings = parts[1::2]
    bare = "\0".join(parts[::2])
    bare = _COMMA.sub("", _COMMENT.sub(lambda found: "\0" * found[0].count("\0"), bare))
    pieces = bare.split("\0")
    if len(pieces) != len(strings) + 1:
        return text
    return "".join(piece + string for piece, string in zip(pieces, [*strings, ""], strict=True))
