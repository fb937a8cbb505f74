"""From the query tree to SQLite: FTS5 expressions for words, SQL conditions for fields; values are parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.vietnamese import fold
from index.search.base import Filters
from index.tree import And, Field, Near, Node, Not, Or, Query, Term, is_text

NORMALISED = "{title_n text_n}"
FOLDED = "{title_f text_f}"
TITLES = {NORMALISED: "{title_n}", FOLDED: "{title_f}"}
PLACES = "SELECT doc FROM places WHERE folded = ? OR province = ? OR district = ?"
WORDS = "SELECT rowid FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Plan:
    """``wide`` and ``exact``: FTS5 expressions that give scores (empty: no words); ``required``: whether a match must
    have the words of ``wide``; ``where``: what else must hold of a row ``f`` of facts, with its parameters.
    """

    wide: str
    exact: str
    required: bool
    where: str
    parameters: tuple[object, ...]


def plan(query: Query, filters: Filters) -> Plan:
    """How to answer a query."""
    parts = list(query.root.nodes) if isinstance(query.root, And) else [query.root] if query.root else []
    text = [part for part in parts if is_text(part)]
    conditions, parameters = _filters(filters)
    for part in parts:
        if not is_text(part):
            sql, values = _condition(part)
            conditions.append(sql)
            parameters += values
    where = " AND ".join(conditions) or "1"
    if text:
        node: Node = And(tuple(text))
        pairs = query.pairs()
        wide, exact = (_expression(node, exact=exact) + _bonus(text, pairs, exact=exact) for exact in (False, True))
        return Plan(wide, exact, True, where, tuple(parameters))
    terms = query.terms()
    if terms:
        node = Or(terms)
        return Plan(_expression(node, exact=False), _expression(node, exact=True), False, where, tuple(parameters))
    return Plan("", "", False, where, tuple(parameters))


def _bonus(text: list[Node], pairs: tuple[Term, ...], *, exact: bool) -> str:
    """What lets titles score higher that have words side by side as they were typed. It changes no match: something
    that must match anyway is one of the alternatives.
    """
    if not pairs:
        return ""
    given = next(node for node in text if isinstance(node, Term))
    titles = " OR ".join(_term(pair, exact=exact, title=True) for pair in pairs)
    return f" AND ({_term(given, exact=exact)} OR {titles})"


def _expression(node: Node, *, exact: bool) -> str:
    match node:
        case Term():
            return _term(node, exact=exact)
        case Near():
            return _near(node, exact=exact)
        case And(nodes):
            return "(" + " AND ".join(_expression(child, exact=exact) for child in nodes) + ")"
        case Or(nodes):
            return "(" + " OR ".join(_expression(child, exact=exact) for child in nodes) + ")"
        case Not() | Field():
            raise TypeError("only words have an FTS5 expression")


def _term(term: Term, *, exact: bool, title: bool = False) -> str:
    star = " *" if term.prefix else ""
    norm = _quote(pair[0] for pair in term.tokens) + star
    folded = _quote(pair[1] for pair in term.tokens) + star
    return _spelt(term, norm, folded, exact=exact, title=title)


def _near(near: Near, *, exact: bool) -> str:
    """FTS5 counts the tokens between the first and the last word, the other words of the group included."""
    norm, folded = (_group(tuple(dict.fromkeys(words)), near.gaps) for words in zip(*near.tokens, strict=True))
    return _spelt(near, norm, folded, exact=exact)


def _group(words: tuple[str, ...], gaps: int) -> str:
    return f"NEAR({' '.join(_quote([word]) for word in words)}, {max(0, gaps + len(words) - 2)})"


def _spelt(term: Term | Near, norm: str, folded: str, *, exact: bool, title: bool = False) -> str:
    columns = NORMALISED if term.accented else FOLDED
    fields = TITLES[columns] if title else columns
    if not term.accented:
        return f"({fields} : {folded})"
    return f"({fields} : {norm})" if exact else f"({fields} : ({norm} OR {folded}))"


def _quote(words: Iterable[str]) -> str:
    return '"' + " ".join(words).replace("\0", " ").replace('"', '""') + '"'


def _condition(node: Node) -> tuple[str, list[object]]:
    if is_text(node):
        return f"f.rowid IN ({WORDS})", [_expression(node, exact=False)]
    match node:
        case Field(name, value):
            return _field(name, value)
        case Not(child):
            sql, values = _condition(child)
            return f"NOT ({sql})", values
        case And(nodes) | Or(nodes):
            word = " AND " if isinstance(node, And) else " OR "
            pairs = [_condition(child) for child in nodes]
            return "(" + word.join(sql for sql, _ in pairs) + ")", [value for _, values in pairs for value in values]
        case Term() | Near():
            raise TypeError("words were compiled above")


def _field(name: str, value: str) -> tuple[str, list[object]]:
    if name == "place":
        folded = fold(value)
        return f"f.rowid IN ({PLACES})", [folded, folded, folded]
    if name == "source":
        return "f.source_folded = ?", [fold(value)]
    return f"f.{_COLUMNS[name]} = ?", [value]


_COLUMNS = {"source_kind": "source_kind", "kind": "kind", "text_kind": "text_kind", "verdict": "verdict"}


def _filters(filters: Filters) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    parameters: list[object] = []
    for name in ("source", "source_kind", "place", "kind", "text_kind", "verdict"):
        value = getattr(filters, name)
        if value:
            sql, values = _field(name, "" if (name, value) == ("verdict", "none") else value)
            conditions.append(sql)
            parameters += values
    if filters.since:
        conditions.append("f.day >= ?")
        parameters.append(filters.since.toordinal())
    if filters.until:
        conditions.append("f.day <= ?")
        parameters.append(filters.until.toordinal())
    return conditions, parameters
