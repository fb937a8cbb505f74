"""From the query tree to Elasticsearch's query DSL. The same meaning as compile_fts, clause by clause.

Words are asked of two pairs of fields, normalised and folded, both split at spaces only: what the engine is given is
already tokenised, so no analysis of its own takes part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.vietnamese import fold
from index.query import And, Field, Node, Not, Or, Query, Term
from index.search.base import Filters

Clause = dict[str, Any]
NORMALISED = ("title_n", "text_n")
FOLDED = ("title_f", "text_f")
TITLE_WEIGHT = 5.0
_IDF = 22.0  # above ln of the most documents that a shard can hold (2^31), the most that BM25 gives a word
_EXPANSIONS = 1_000_000  # all words that begin so: by default Elasticsearch would leave out those after the 50th
_FIELDS = {"source_kind", "kind", "text_kind", "verdict"}


@dataclass(frozen=True, slots=True)
class Plan:
    """``query``: what to ask. ``step``: a hit that scores so much or more has the accents as typed, and its own score
    is what remains; 0: all hits have.
    """

    query: Clause
    step: float
    scored: bool


def plan(query: Query, filters: Filters) -> Plan:
    """How to answer a query."""
    parts = list(query.root.nodes) if isinstance(query.root, And) else [query.root] if query.root else []
    text = [part for part in parts if _is_text(part)]
    conditions = _filters(filters) + [_condition(part) for part in parts if not _is_text(part)]
    terms = query.terms()
    if not terms:
        return Plan({"bool": {"filter": conditions or [{"match_all": {}}]}}, 0.0, scored=False)
    node: Node = And(tuple(text)) if text else Or(terms)
    wide, exact = _words(node, exact=False), _words(node, exact=True)
    role = "must" if text else "should"
    if text and wide == exact:
        return Plan({"bool": {role: [wide], "filter": conditions}}, 0.0, scored=True)
    step = _step(terms)
    # Exact ones are scored among themselves, else a rare spelling without accents would outweigh them.
    first = {"bool": {"must": [exact], "should": [{"constant_score": {"filter": {"match_all": {}}, "boost": step}}]}}
    best = {"dis_max": {"queries": [wide, first]}}
    return Plan({"bool": {role: [best], "filter": conditions or [{"match_all": {}}]}}, step, scored=True)


def _step(terms: tuple[Term, ...]) -> float:
    """More than BM25 can give all these words: title and text, twice over for the two spellings. A power of two, and no
    larger than it must be, because scores are 32-bit floats.
    """
    most = 2 * (TITLE_WEIGHT + 1) * _IDF * sum(len(term.tokens) for term in terms)
    step = 1.0
    while step <= most:
        step *= 2
    return step


def _is_text(node: Node) -> bool:
    match node:
        case Term():
            return True
        case And(nodes) | Or(nodes):
            return all(map(_is_text, nodes))
        case _:
            return False


def _words(node: Node, *, exact: bool) -> Clause:
    match node:
        case Term():
            return _term(node, exact=exact)
        case And(nodes):
            return {"bool": {"must": [_words(child, exact=exact) for child in nodes]}}
        case Or(nodes):
            return _any([_words(child, exact=exact) for child in nodes])
        case Not() | Field():
            raise TypeError("only words have a score")


def _term(term: Term, *, exact: bool) -> Clause:
    norm = " ".join(pair[0] for pair in term.tokens)
    folded = " ".join(pair[1] for pair in term.tokens)
    many = len(term.tokens) > 1
    if not term.accented:
        return _any(_fields(FOLDED, folded, many=many, prefix=term.prefix))
    spellings = [norm] if exact else [norm, folded]
    return _any([clause for words in spellings for clause in _fields(NORMALISED, words, many=many, prefix=term.prefix)])


def _fields(names: tuple[str, str], words: str, *, many: bool, prefix: bool) -> list[Clause]:
    return [
        _match(name, words, boost, many=many, prefix=prefix)
        for name, boost in zip(names, (TITLE_WEIGHT, 1.0), strict=True)
    ]


def _match(name: str, words: str, boost: float, *, many: bool, prefix: bool) -> Clause:
    """``match_phrase`` for single words too: it also splits a monstrous one in the same way as the index does."""
    if not prefix:
        return {"match_phrase": {name: {"query": words, "boost": boost}}}
    if not many:
        return {"prefix": {name: {"value": words, "boost": boost}}}
    return {"match_phrase_prefix": {name: {"query": words, "boost": boost, "max_expansions": _EXPANSIONS}}}


def _any(clauses: list[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _condition(node: Node) -> Clause:
    match node:
        case Term():
            return _term(node, exact=False)
        case Field(name, value):
            return _field(name, value)
        case Not(child):
            return {"bool": {"must_not": [_condition(child)]}}
        case And(nodes):
            return {"bool": {"filter": [_condition(child) for child in nodes]}}
        case Or(nodes):
            return _any([_condition(child) for child in nodes])


def _field(name: str, value: str) -> Clause:
    if name == "place":
        return {"term": {"place_keys": fold(value)}}
    if name == "source":
        return {"term": {"source_folded": fold(value)}}
    if name not in _FIELDS:
        raise KeyError(name)
    return {"term": {name: value}}


def _filters(filters: Filters) -> list[Clause]:
    conditions: list[Clause] = []
    for name in ("source", "source_kind", "place", "kind", "text_kind", "verdict"):
        value = getattr(filters, name)
        if value:
            conditions.append(_field(name, "" if (name, value) == ("verdict", "none") else value))
    days = {"gte": filters.since, "lte": filters.until}
    if any(days.values()):
        conditions.append({"range": {"day": {side: day.isoformat() for side, day in days.items() if day}}})
    return conditions
