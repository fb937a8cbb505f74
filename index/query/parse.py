"""The query language (docs/search.md): parsed once into a small tree (index.query.tree) that every search engine
compiles.

Any string either parses or raises QueryError with the position; nothing else is ever raised.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.errors import UsageError
from core.vietnamese import Token, fold, readings, tokens
from index.query.tree import And, Field, Near, Node, Not, Or, Query, Term
from index.query.vocabulary import FIELD_NAMES, KINDS, VERDICTS

__all__ = ["And", "Field", "Near", "Node", "Not", "Or", "Query", "QueryError", "Term", "parse"]

MAX_LENGTH = 1000
MAX_TERMS = 64
MAX_DEPTH = 8
MAX_GAPS = 100

_QUOTES = '"“”„«»'
_FIELD = re.compile("|".join(sorted(map(re.escape, FIELD_NAMES), key=len, reverse=True)), re.IGNORECASE)
_PIECE = re.compile(rf"[^\s(){_QUOTES}]+")
_SPACE = re.compile(r"\s*")
_PLAIN = re.compile(rf"\s+(?!-|(?:OR|HOẶC)(?:\s|$))[^\s(){_QUOTES}:*]+(?=\s|$)")
_GAPS = re.compile(r"\s*~(\d+)(?![^\s()])")
_OR = ("OR", "HOẶC")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_AHEAD = 5  # words that a spelled-around word may go on over


class QueryError(UsageError):
    """A query that cannot be understood. ``position`` counts characters of the query from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message, self.position = message, position


def parse(text: str) -> Query:
    """Parse what a person typed. Raises QueryError. Positions refer to the text in NFC."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    parser = _Parser(text)
    if parser.at_end():
        return Query(text, None)
    root = parser.either(0)
    if not parser.at_end():
        raise QueryError("there is no opening bracket for this one", parser.at)
    if root is None:
        raise QueryError("there is no word to search for", 0)
    return Query(text, root)


@lru_cache(maxsize=4096)
def _otherwise_spelt(word: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """How else a word typed without accents is spelt in normal form, with some tone: ``tỉ`` is written ``tỷ`` there, so
    ``ti`` may be ``ty`` as well.
    """
    plain = word.lower()
    if not (plain.isascii() and plain.isalpha() and plain[-1] in "iy"):
        return ()
    read = [tokens(unicodedata.normalize("NFC", plain + tone)) for tone in _TONES]
    spelt = {found[0].folded for found in read if len(found) == 1}
    return tuple(((other, other),) for other in sorted(spelt - {plain}))


class _Parser:
    """Recursive descent: either := all (OR all)*; all := [-]item+; item := (either) | "phrase" | field:value | word."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0

    def at_end(self) -> bool:
        """Skip space; whether nothing is left."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at >= len(self.text)

    def either(self, depth: int) -> Node | None:
        """Alternatives. None when all of it was punctuation."""
        found: list[Node] = []
        while True:
            start = self.at
            part, seen = self.all(depth)
            operator = self._or_here()
            if not seen and (operator or found):
                raise QueryError("OR needs a word on both sides", start if not operator else self.at)
            if part is not None:
                found.append(part)
            if not operator:
                break
            self.at += len(operator)
        return Or(tuple(found)) if len(found) > 1 else found[0] if found else None

    def all(self, depth: int) -> tuple[Node | None, bool]:
        """Items side by side, and whether anything at all stood there."""
        found: list[Node] = []
        seen = False
        while not self.at_end() and self.text[self.at] != ")" and not self._or_here():
            seen = True
            node = self.item(depth)
            if node is not None:
                found.append(node)
        return (And(tuple(found)) if len(found) > 1 else found[0] if found else None), seen

    def item(self, depth: int) -> Node | None:
        """One item; None for punctuation, which is passed over as in any text that was pasted."""
        negated = self.text[self.at] == "-" and not self._blank(self.at + 1)
        self.at += negated
        if self.at >= len(self.text):
            return None
        char = self.text[self.at]
        if char == "(":
            node = self.group(depth)
        elif char in _QUOTES:
            node = self.phrase()
        elif char == ")":
            raise QueryError("there is nothing after the minus sign", self.at)
        else:
            node = self.field() or self.word()
        return Not(node) if negated and node is not None else node

    def group(self, depth: int) -> Node | None:
        """What stands in brackets."""
        opened = self.at
        if depth >= MAX_DEPTH:
            raise QueryError(f"more than {MAX_DEPTH} brackets inside one another", opened)
        self.at += 1
        node = self.either(depth + 1)
        if self.at_end() or self.text[self.at] != ")":
            raise QueryError("this bracket is not closed", opened)
        self.at += 1
        return node

    def phrase(self) -> Node | None:
        """Words in quotation marks; with ``~5`` behind them: near one another."""
        term = self._term(self._quoted(), prefix=False)
        match = _GAPS.match(self.text, self.at)
        if not match:
            return term
        if len(match[1]) > 3 or int(match[1]) > MAX_GAPS:
            raise QueryError(f"near means at most {MAX_GAPS} words apart", match.start(1))
        self.at = match.end()
        different = tuple(dict.fromkeys(term.tokens)) if term else ()
        return Near(different, int(match[1])) if len(different) > 1 else Term(different) if different else None

    def word(self) -> Node | None:
        """One word, with a star at its end: a beginning of words."""
        start = self.at
        match = _PIECE.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1
        word = self.text[start : self.at]
        if word.endswith("*") and len(word) > 1:
            return self._prefix(word.rstrip("*"), start)
        end = self._spelled(start)
        if end > self.at:
            self.at = end
            return self._term(self.text[start:end], prefix=False)
        found = [*readings(word), *_otherwise_spelt(word)]
        if not found:
            return None
        self._count(self.at)
        terms = tuple(Term(pairs) for pairs in found)
        return Or(terms) if len(terms) > 1 else terms[0]

    def field(self) -> Node | None:
        """``name:value``; None when no field name stands here."""
        start = self.at
        match = _FIELD.match(self.text, self.at)
        if not match or self.text[match.end() : match.end() + 1] != ":":
            return None
        self.at = match.end() + 1
        self._count(start)
        name = FIELD_NAMES[match.group().lower()]
        if self.at_end():
            raise QueryError(f"there is no value after {match.group()}:", self.at)
        value_at = self.at
        if name in {"kind", "verdict"}:
            return self._choice(name, value_at)
        value = self._value()
        if not value:
            raise QueryError(f"there is no value after {match.group()}:", value_at)
        return Field(name, value)

    def _choice(self, name: str, start: int) -> Node:
        choices = KINDS if name == "kind" else VERDICTS
        rest = fold(self.text[start:].lstrip(_QUOTES)) if self.text[start] not in _QUOTES else ""
        known = [
            label for label in choices if rest.startswith(label) and not rest[len(label) : len(label) + 1].isalnum()
        ]
        if known:
            label = max(known, key=len)
            self.at = start + len(label)
        else:
            label = self._value()
        if label not in choices:
            names = ", ".join(dict.fromkeys(word for word in choices if " " not in word))
            raise QueryError(f"{label!r} is not one of: {names}", start)
        column, value = choices[label]
        return Field(column, value)

    def _value(self) -> str:
        if self.text[self.at] in _QUOTES:
            raw = self._quoted()
        else:
            match = _PIECE.match(self.text, self.at)
            raw = match.group() if match else ""
            self.at = match.end() if match else self.at
        return " ".join(fold(unicodedata.normalize("NFC", raw)).split())

    def _quoted(self) -> str:
        opened = self.at
        for end in range(opened + 1, len(self.text)):
            if self.text[end] in _QUOTES:
                self.at = end + 1
                return self.text[opened + 1 : end]
        raise QueryError("this quotation mark is not closed", opened)

    def _prefix(self, stem: str, start: int) -> Node | None:
        found = tokens(stem)
        plain = unicodedata.normalize("NFC", stem.lower())
        if not plain.isalnum():  # several words, or one with marks that the normaliser takes off
            return self._term(stem, prefix=True)
        if not found:
            return None
        if len(plain) < 2:
            raise QueryError("at least two letters must stand before a star", start)
        # A beginning is not yet a word: spellings are not mended in it, but tone marks stand where the index has them.
        norm = found[0].norm if len(found) == 1 and found[0].folded == fold(plain) else plain
        self._count(start)
        return Term(((norm, fold(norm)),), prefix=True)

    def _spelled(self, start: int) -> int:
        """Where the word here ends when the normaliser reads it together with those behind it (``cô vy``)."""
        ahead = self.at
        for _ in range(_AHEAD):
            match = _PLAIN.match(self.text, ahead)
            if not match:
                break
            ahead = match.end()
        end = self.at
        if ahead > end:
            for token in tokens(self.text[start:ahead]):
                if start + token.start < end < start + token.end:
                    end = start + token.end
        return end

    def _term(self, text: str, *, prefix: bool) -> Term | None:
        found: list[Token] = tokens(text)
        if not found:
            return None
        self._count(self.at)
        return Term(tuple((token.norm, token.folded) for token in found), prefix)

    def _count(self, position: int) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise QueryError(f"more than {MAX_TERMS} words", position)

    def _or_here(self) -> str:
        if self.at_end():
            return ""
        return next((w for w in _OR if self.text.startswith(w, self.at) and self._blank(self.at + len(w))), "")

    def _blank(self, at: int) -> bool:
        return at >= len(self.text) or self.text[at].isspace()
