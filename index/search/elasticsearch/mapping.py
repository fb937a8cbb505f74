"""What an Elasticsearch index of ours looks like, and how a document goes in and comes out."""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core import clock
from core.model.documents import SearchDocument
from core.vietnamese import fold, fold_words
from index.query.tree import Words as Sought
from index.search import highlight
from index.search.highlight import Words
from index.search.port import Hit

VERSION = 2  # of the mapping and of the normaliser's output: another one must be fed again

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,  # facets are exact with one; it carries millions of documents
    "auto_expand_replicas": "0-1",  # a second node gets a copy by itself, one node alone is not yellow
    "gc_deletes": "1h",  # so long the revision of a removed document is known
    "analysis": {
        "filter": {"two": {"type": "shingle", "output_unigrams": False}},
        "analyzer": {"pairs": {"tokenizer": "whitespace", "filter": ["two"]}},
    },
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEYWORD = {"type": "keyword"}
_WORDS = {"type": "text", "analyzer": "whitespace"}
_TITLE = {**_WORDS, "fields": {"pairs": {"type": "text", "analyzer": "pairs"}}}  # words side by side, for ranking
_KEPT = {"type": "text", "index": False}

MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"version": VERSION},
    # The folded words follow from the normalised ones, so they are searched but not kept twice.
    "_source": {"excludes": ["title_f", "text_f", "source_folded", "place_keys", "day", "at", "revision"]},
    "properties": {
        "revision": {"type": "long", "index": False},
        "id": _KEYWORD,  # orders hits that are equal in all else
        "title": _KEPT,
        "text": _KEPT,
        "title_at": {"type": "binary"},
        "text_at": {"type": "binary"},
        "title_n": _TITLE,
        "text_n": _WORDS,
        "title_f": _TITLE,
        "text_f": _WORDS,
        "source": _KEYWORD,
        "source_folded": _KEYWORD,
        "source_kind": _KEYWORD,
        "kind": _KEYWORD,
        "text_kind": _KEYWORD,
        "verdict": _KEYWORD,
        "places": _KEYWORD,
        "place_keys": _KEYWORD,
        "probability": {"type": "double", "index": False},
        "claim": {"type": "long"},
        "moment": {"type": "date"},  # to the millisecond
        "at": {"type": "long"},  # the same in microseconds: what hits are sorted by
        "day": {"type": "date", "format": "yyyy-MM-dd"},  # on the Vietnamese calendar, as core.clock has it
    },
}


def source(doc: SearchDocument) -> dict[str, Any]:
    """A document as it is sent."""
    title, text = highlight.words(doc.title), highlight.words(doc.text)
    places = list(dict.fromkeys(doc.places))
    return {
        "id": doc.id,
        "revision": doc.revision,
        "title": doc.title,
        "text": doc.text,
        "title_at": _pack(title),
        "text_at": _pack(text),
        "title_n": " ".join(title.norms),
        "text_n": " ".join(text.norms),
        "title_f": " ".join(title.folded),
        "text_f": " ".join(text.folded),
        "source": doc.source,
        "source_folded": fold(doc.source),
        "source_kind": doc.source_kind,
        "kind": doc.kind,
        "text_kind": doc.text_kind,
        "verdict": doc.verdict,
        "places": places,
        "place_keys": _place_keys(places),
        "probability": doc.probability,
        "claim": doc.claim_id,
        "moment": doc.moment.isoformat(),
        "at": (doc.moment - _EPOCH) // timedelta(microseconds=1),
        "day": clock.day(doc.moment).isoformat(),
    }


def hit(found: dict[str, Any], score: float, terms: Sequence[Sought]) -> Hit:
    """A hit from what is kept of a document; highlights by the code that all engines share."""
    title, text = found["title"], found["text"]
    in_title = highlight.spans(terms, _words(found["title_n"], found["title_at"])) if terms else []
    in_text = highlight.spans(terms, _words(found["text_n"], found["text_at"])) if terms else []
    shift = len(title) + 1
    return Hit(
        id=found["id"],
        score=score,
        title=title,
        highlights=(*in_title, *((start + shift, end + shift) for start, end in in_text)),
        title_html=highlight.mark(title, in_title),
        snippet=highlight.snippet(text, in_text),
        source=found["source"],
        source_kind=found["source_kind"],
        kind=found["kind"],
        text_kind=found["text_kind"],
        verdict=found["verdict"],
        probability=found["probability"],
        claim_id=found["claim"],
        moment=datetime.fromisoformat(found["moment"]),
    )


def _place_keys(places: Sequence[str]) -> list[str]:
    """All that a place is found by: ``province/district``, province, district; folded."""
    keys: list[str] = []
    for folded in map(fold, places):
        province, _, district = folded.partition("/")
        keys += [folded, province, district]
    return [key for key in dict.fromkeys(keys) if key]


def _pack(words: Words) -> str:
    return b64encode(array("I", words.bounds).tobytes()).decode()


def _words(norms: str, bounds: str) -> Words:
    words = norms.split()
    return Words(words, fold_words(words), array("I", b64decode(bounds)))
