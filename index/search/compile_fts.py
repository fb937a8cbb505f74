"""From the query tree to SQLite: FTS5 expressions for words, SQL conditions for fields; values are parameters."""

# ruff: noqa: S608 -- statements are built from constants of ours; what comes from outside is always a parameter

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.vietnamese import fold
from index.search.base import Filters
from index.tree import And, Field, Near, Node, Not, Or, Query, Term, is_text

NORMALISED = "{title_n text_n}"
FOLDED = "{title_f text_f}"
TITLES = {NORMALISED: "{title_n}", FOLDED: "{title_f}"}
PLACES = "SELECT bucket FROM places WHERE folded = ? OR province = ? OR district = ?"
WORDS = "SELECT rowid FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Plan:
    """FTS5 expressions, empty where no words were typed: ``words`` any spelling, ``exact`` the accents as typed,
    ``titles`` and ``exact_titles`` the same in titles, ``ranked`` and ``exact_ranked`` the same as the first two with
    what lets titles score higher. ``required``: whether a match must have the words. ``without``: what must not hold
    then. ``where``: what else must hold of a row ``f`` of facts, with its parameters; only of its bucket unless
    ``mixed``, and then with the words. ``since`` and ``until``: ordinals of days, both included.
    """

    words: str = ""
    exact: str = ""
    ranked: str = ""
    exact_ranked: str = ""
    titles: str = ""
    exact_titles: str = ""
    exact_pairs: str = ""
    required: bool = False
    without: str = ""
    where: str = "1"
    parameters: tuple[object, ...] = ()
    mixed: bool = False
    since: int | None = None
    until: int | None = None


def plan(query: Query, filters: Filters) -> Plan:
    """How to answer a query."""
    parts = list(query.root.nodes) if isinstance(query.root, And) else [query.root] if query.root else []
    text = [part for part in parts if is_text(part)]
    barred = [part.node for part in parts if isinstance(part, Not) and is_text(part.node)] if text else []
    others = [part for part in parts if part not in text and not (isinstance(part, Not) and part.node in barred)]
    found = _words(query, text)
    without = _expression(Or(tuple(barred)), exact=False) if barred else ""
    conditions, parameters = _filters(filters)
    for part in others:
        sql, values = _condition(part)
        conditions.append(sql)
        parameters += values
    mixed = any(map(_has_words, others))
    if mixed and text:
        conditions.append(f"f.rowid IN ({WORDS})")
        parameters.append(f"({found.words}) NOT ({without})" if without else found.words)
    return replace(
        found,
        without=without,
        where=" AND ".join(conditions) or "1",
        parameters=tuple(parameters),
        mixed=mixed,
        since=filters.since.toordinal() if filters.since else None,
        until=filters.until.toordinal() if filters.until else None,
    )


def _words(query: Query, text: list[Node]) -> Plan:
    terms = query.terms()
    if not terms:
        return Plan()
    node: Node = And(tuple(text)) if text else Or(terms)
    words, exact = (_expression(node, exact=exact) for exact in (False, True))
    titles, exact_titles = (_expression(node, exact=exact, title=True) for exact in (False, True))
    pairs = query.pairs() if text else ()
    ranked, exact_ranked = words + _bonus(text, pairs, exact=False), exact + _bonus(text, pairs, exact=True)
    beside = " OR ".join(_term(pair, exact=True, title=True) for pair in pairs)
    exact_pairs = f"{exact_titles} AND ({beside})" if beside else ""
    return Plan(words, exact, ranked, exact_ranked, titles, exact_titles, exact_pairs, required=bool(text))


def _has_words(node: Node) -> bool:
    match node:
        case Not(child):
            return _has_words(child)
        case And(nodes) | Or(nodes):
            return any(map(_has_words, nodes))
        case _:
            return is_text(node)


def _bonus(text: list[Node], pairs: tuple[Term, ...], *, exact: bool) -> str:
    """What lets titles score higher that have words side by side as they were typed. It changes no match: something
    that must match anyway is one of the alternatives.
    """
    if not pairs:
        return ""
    given = next(node for node in text if isinstance(node, Term))
    titles = " OR ".join(_term(pair, exact=exact, title=True) for pair in pairs)
    return f" AND ({_term(given, exact=exact)} OR {titles})"


def _expression(node: Node, *, exact: bool, title: bool = False) -> str:
    match node:
        case Term():
            return _term(node, exact=exact, title=title)
        case Near():
            return _near(node, exact=exact, title=title)
        case And(nodes) | Or(nodes):
            word = " AND " if isinstance(node, And) else " OR "
            return "(" + word.join(_expression(child, exact=exact, title=title) for child in nodes) + ")"
        case Not() | Field():
            raise TypeError("only words have an FTS5 expression")


def _term(term: Term, *, exact: bool, title: bool = False) -> str:
    star = " *" if term.prefix else ""
    norm = _quote(pair[0] for pair in term.tokens) + star
    folded = _quote(pair[1] for pair in term.tokens) + star
    return _spelt(term, norm, folded, exact=exact, title=title)


def _near(near: Near, *, exact: bool, title: bool = False) -> str:
    """FTS5 counts the tokens between the first and the last word, the other words of the group included."""
    norm, folded = (_group(tuple(dict.fromkeys(words)), near.gaps) for words in zip(*near.tokens, strict=True))
    return _spelt(near, norm, folded, exact=exact, title=title)


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
        return f"f.bucket IN ({PLACES})", [folded, folded, folded]
    column, wanted = ("source_folded", fold(value)) if name == "source" else (_COLUMNS[name], value)
    return f"f.bucket IN (SELECT id FROM buckets WHERE {column} = ?)", [wanted]


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
    return conditions, parameters
