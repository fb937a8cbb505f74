"""Whether a document is found by its own title, as people type titles: ``python -m tests.bench.titles``.

Over 20,000 documents and 200 of their titles by default. SOATIN_SEARCH_URL chooses the engine; its index is emptied.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.model.documents import Document, SearchDocument
from core.settings import load as load_settings
from core.vietnamese import fold
from index.query.parse import QueryError, parse
from index.search import SearchBackend, open_search
from tests.bench.texts import Texts, load

FIRST = 10
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MOMENT = datetime(2021, 8, 1, tzinfo=UTC)


def with_one_wrong_tone(title: str, dice: random.Random) -> str:
    """The title with the tone of one of its words changed into another one; as it is where no word has a tone."""
    words = title.split(" ")
    toned = [n for n, word in enumerate(words) if set(unicodedata.normalize("NFD", word)) & set(_TONES)]
    if toned:
        at = dice.choice(toned)
        parts = list(unicodedata.normalize("NFD", words[at]))
        mark = next(n for n, char in enumerate(parts) if char in _TONES)
        parts[mark] = dice.choice([tone for tone in _TONES if tone != parts[mark]])
        words[at] = unicodedata.normalize("NFC", "".join(parts))
    return " ".join(words)


def begin(title: str, _dice: random.Random) -> str:
    """The first six words."""
    return " ".join(title.split(" ")[:6])


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "accented": lambda title, _dice: title,
    "stripped": lambda title, _dice: fold(title),
    "one wrong tone": with_one_wrong_tone,
    "first six words": begin,
    "first six words, stripped": lambda title, dice: fold(begin(title, dice)),
}


def documents(texts: Texts) -> list[SearchDocument]:
    """The news as search gets them."""
    return [
        SearchDocument(
            f"{number:06}", title, text, "bench", "press", "article", "other", (), _MOMENT + timedelta(minutes=number)
        )
        for number, (title, text) in enumerate(texts.news)
    ]


def found(
    engine: SearchBackend, documents: Sequence[SearchDocument | Document], count: int
) -> dict[str, tuple[int, int]]:
    """By form of the title: how many of how many documents are among the first ten. A query that is refused counts as
    one that does not find.
    """
    dice = random.Random(20211121)
    sample = dice.sample(list(documents), count)
    figures: dict[str, tuple[int, int]] = {}
    for name, form in FORMS.items():
        hits = sum(doc.id in _first(engine, form(doc.title, dice)) for doc in sample)
        figures[name] = (hits, len(sample))
    return figures


def _first(engine: SearchBackend, text: str) -> list[str]:
    try:
        return [hit.id for hit in engine.search(parse(text), limit=FIRST).hits]
    except QueryError:
        return []


def main() -> int:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.titles", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000, metavar="N")
    parser.add_argument("--titles", type=int, default=200, metavar="N")
    args = parser.parse_args()
    texts = load(args.documents)
    given = documents(texts)
    with tempfile.TemporaryDirectory(prefix="soatin-titles-") as home:
        url = os.environ.get("SOATIN_SEARCH_URL", "")
        engine = open_search(load_settings(Path(home), {"SOATIN_SEARCH_URL": url} if url else {}))
        engine.reset()
        for start in range(0, len(given), 500):
            engine.index(given[start : start + 500])
        for name, (hits, of) in found(engine, given, args.titles).items():
            print(f"{engine.name}: title {name}: {hits} of {of} ({hits / of:.1%}) among the first {FIRST}")
    print(f"{args.documents} documents: {texts.origin['news']}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
