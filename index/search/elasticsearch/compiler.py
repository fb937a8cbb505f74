"""From the query tree to Elasticsearch's query DSL. The same meaning as compile_fts, clause by clause.

Words are asked of two pairs of fields, normalised and folded, both split at spaces only: what the engine is given is
already tokenised, so no analysis of its own takes part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.vietnamese import fold
from index.query.tree import And, Field, Near, Node, Not, Or, Query, Term, Words, is_text
from index.search.port import Filters

Clause = dict[str, Any]
TITLE_WEIGHT = 5.0
_PLACES = ((("title_n", "title_f"), TITLE_WEIGHT), (("text_n", "text_f"), 1.0))  # fields by spelling, and their boost
_TITLE_PAIRS, _TITLE_PAIRS_FOLDED = "title_n.pairs", "title_f.pairs"
_IDF = 22.0  # above ln of the most documents that a shard can hold (2^31), the most that BM25 gives a word
_EXPANSIONS = 1_000_000  # all words that begin so: by default Elasticsearch would leave out those after the 50th
_FIELDS = {"source_kind", "kind", "text_kind", "verdict"}


@dataclass(frozen=True, slots=True)
class ElasticPlan:
    """``query``: what to ask. ``step``: a hit that scores so much or more has the accents as typed, and its own score
    is what remains; 0: all hits have.
    """

    query: Clause
    step: float
    scored: bool


def plan(query: Query, filters: Filters) -> ElasticPlan:
    """How to answer a query."""
    parts = list(query.root.nodes) if isinstance(query.root, And) else [query.root] if query.root else []
    text = [part for part in parts if is_text(part)]
    conditions = _filters(filters) + [_condition(part) for part in parts if not is_text(part)]
    terms = query.terms()
    if not terms:
        return ElasticPlan({"bool": {"filter": conditions or [{"match_all": {}}]}}, 0.0, scored=False)
    node: Node = And(tuple(text)) if text else Or(terms)
    pairs = query.pairs() if text else ()
    wide, exact = (_words(node, exact=exact) for exact in (False, True))
    same = wide == exact
    wide, exact = (_bonus(clause, pairs, exact=of) for clause, of in ((wide, False), (exact, True)))
    role = "must" if text else "should"
    if text and same:
        return ElasticPlan({"bool": {role: [wide], "filter": conditions}}, 0.0, scored=True)
    step = _step(terms, pairs)
    # Exact ones are scored among themselves, else a rare spelling without accents would outweigh them.
    first = {"bool": {"must": [exact], "should": [{"constant_score": {"filter": {"match_all": {}}, "boost": step}}]}}
    best = {"dis_max": {"queries": [wide, first]}}
    return ElasticPlan({"bool": {role: [best], "filter": conditions or [{"match_all": {}}]}}, step, scored=True)


def _step(terms: tuple[Words, ...], pairs: tuple[Term, ...]) -> float:
    """More than BM25 can give all these words and pairs: title and text, twice over for the two spellings. A power of
    two, and no larger than it must be, because scores are 32-bit floats.
    """
    most = 2 * (TITLE_WEIGHT + 1) * _IDF * (sum(len(term.tokens) for term in terms) + len(pairs))
    step = 1.0
    while step <= most:
        step *= 2
    return step


def _bonus(clause: Clause, pairs: tuple[Term, ...], *, exact: bool) -> Clause:
    """Titles score higher that have words side by side as they were typed; which documents match stays the same."""
    if not pairs:
        return clause
    found = [
        {"term": {name: {"value": words, "boost": TITLE_WEIGHT}}}
        for pair in pairs
        for name, words in _spelt(pair, exact=exact, fields=(_TITLE_PAIRS, _TITLE_PAIRS_FOLDED))
    ]
    return {"bool": {"must": [clause], "should": found}}


def _spelt(term: Words, *, exact: bool, fields: tuple[str, str]) -> list[tuple[str, str]]:
    """In which field to look for which spelling of the words, of one for normalised and one for folded words."""
    norm, folded = (" ".join(pair[side] for pair in term.tokens) for side in (0, 1))
    if not term.accented:
        return [(fields[1], folded)]
    return [(fields[0], norm)] if exact else [(fields[0], norm), (fields[0], folded)]


def _words(node: Node, *, exact: bool) -> Clause:
    match node:
        case Term():
            return _term(node, exact=exact)
        case Near():
            return _near(node, exact=exact)
        case And(nodes):
            return {"bool": {"must": [_words(child, exact=exact) for child in nodes]}}
        case Or(nodes):
            return _any([_words(child, exact=exact) for child in nodes])
        case Not() | Field():
            raise TypeError("only words have a score")


def _term(term: Term, *, exact: bool) -> Clause:
    many = len(term.tokens) > 1
    return _any(
        [
            _match(name, words, boost, many=many, prefix=term.prefix)
            for place, boost in _PLACES
            for name, words in _spelt(term, exact=exact, fields=place)
        ]
    )


def _near(near: Near, *, exact: bool) -> Clause:
    """Which documents match is asked of intervals; the score is that of the words, as in FTS5."""
    close, scored = [], []
    for place, boost in _PLACES:
        for name, text in _spelt(near, exact=exact, fields=place):
            words = list(dict.fromkeys(text.split(" ")))
            rules = [{"match": {"query": word, "max_gaps": 0, "ordered": True}} for word in words]
            close.append({"intervals": {name: {"all_of": {"intervals": rules, "max_gaps": near.gaps}}}})
            scored += [_match(name, word, boost, many=False, prefix=False) for word in words]
    return {"bool": {"filter": [_any(close)], "should": scored}}


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
        case Near():
            return _near(node, exact=False)
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
