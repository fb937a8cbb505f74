"""From the query tree to SQLite: FTS5 expressions for words, phrases and groups; SQL for fields, with parameters.

How these are put together (and, or, not) is worked out over sets of rows (index.search.sqlite.hits), not by FTS5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.vietnamese import fold
from index.query.tree import And, Field, Node, Or, Query, Term, Words, is_text
from index.search.port import Filters
from index.search.sqlite.postings import Asked

_COLUMNS = {
    ("words", True): "{title_n text_n}",
    ("words", False): "{title_f text_f}",
    ("titles", True): "{n}",
    ("titles", False): "{f}",
}
_PLACES = "SELECT bucket FROM places WHERE folded = ? OR province = ? OR district = ?"
_FIELDS = {
    "source": "source_folded",
    "source_kind": "source_kind",
    "kind": "kind",
    "text_kind": "text_kind",
    "verdict": "verdict",
}


@dataclass(frozen=True, slots=True)
class SqlitePlan:
    """``root`` is what must hold of a hit, and ``fields`` too; ``words`` is what it is ranked by: the part that is
    about words only, or else any word (None: no words were typed). ``pairs``: words typed side by side. ``since`` and
    ``until``: ordinals of days, both included.
    """

    root: Node | None
    words: Node | None
    terms: tuple[Words, ...]
    pairs: tuple[Term, ...]
    fields: tuple[Field, ...]
    since: int | None
    until: int | None


def plan(query: Query, filters: Filters) -> SqlitePlan:
    """How to answer a query."""
    parts = query.root.nodes if isinstance(query.root, And) else (query.root,) if query.root else ()
    text = tuple(part for part in parts if is_text(part))
    terms = query.terms()
    words: Node | None = And(text) if text else Or(terms) if terms else None
    return SqlitePlan(
        query.root,
        words,
        terms=tuple(dict.fromkeys(terms)),
        pairs=query.pairs() if text else (),
        fields=tuple(_filters(filters)),
        since=filters.since.toordinal() if filters.since else None,
        until=filters.until.toordinal() if filters.until else None,
    )


def asked(term: Words, *, exact: bool, title: bool = False) -> tuple[Asked, ...]:
    """What to ask FTS5 for a term, any of these being enough. Typed with accents, it matches these, and unless
    ``exact`` also texts written without any; typed without, it matches all spellings.
    """
    table = "titles" if title else "words"
    columns = _COLUMNS[table, term.accented]
    return tuple((table, f"{columns} : {spelt}") for spelt in _spellings(term, exact=exact))


def field_sql(wanted: Field) -> tuple[str, tuple[str, ...]]:
    """The numbers of the buckets that have a value."""
    folded = fold(wanted.value)
    if wanted.name == "place":
        return _PLACES, (folded, folded, folded)
    value = folded if wanted.name == "source" else wanted.value
    return f"SELECT id FROM buckets WHERE {_FIELDS[wanted.name]} = ?", (value,)  # noqa: S608 -- our own names


def _spellings(term: Words, *, exact: bool) -> Iterator[str]:
    sides = ((0,) if exact else (0, 1)) if term.accented else (1,)
    spelt = []
    for side in sides:
        tokens = [pair[side] for pair in term.tokens]
        spelt.append(_phrase(term, tokens) if isinstance(term, Term) else _group(tokens, term.gaps))
    yield from dict.fromkeys(spelt)


def _phrase(term: Term, tokens: Iterable[str]) -> str:
    return _quote(tokens) + (" *" if term.prefix else "")


def _group(tokens: Iterable[str], gaps: int) -> str:
    """FTS5 counts the tokens between the first and the last word, the other words of the group included."""
    words = tuple(dict.fromkeys(tokens))
    return f"NEAR({' '.join(_quote([word]) for word in words)}, {max(0, gaps + len(words) - 2)})"


def _quote(words: Iterable[str]) -> str:
    return '"' + " ".join(words).replace("\0", " ").replace('"', '""') + '"'


def _filters(filters: Filters) -> Iterator[Field]:
    for name in ("source", "source_kind", "place", "kind", "text_kind", "verdict"):
        value = getattr(filters, name)
        if value:
            yield Field(name, "" if (name, value) == ("verdict", "none") else value)
