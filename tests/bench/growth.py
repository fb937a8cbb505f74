"""``python -m tests.bench.growth``: how speed and size grow with the archive. With --out it also writes a page.

News of SOATIN_DATA/vietnews.jsonl.gz, again and again with changed words, so that no two texts are alike; said loudly
where there are none, then the texts are made from our own corpus.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import clock
from core.model.documents import Document
from tests.bench import measure
from tests.bench.texts import Texts, load

if TYPE_CHECKING:
    from django.test import Client

SIZES = (10_000, 50_000, 200_000)
SHARE = 0.1  # of the words of a repeated text
BATCH = 500
ASKED = 100


@dataclass(frozen=True)
class Stage:
    """What was measured when the archive had reached ``documents``. Speeds are of the documents added last."""

    documents: int
    taken_in: float
    indexed: float
    raw: float
    sizes: dict[str, int]
    pages: dict[str, str]

    def row(self) -> str:
        """One line of the table."""
        megabytes = " + ".join(f"{size / 1e6:,.0f}" for size in self.sizes.values())
        share = self.taken_in / self.raw
        return (
            f"| {self.documents:,} | {self.taken_in:,.0f} ({share:.2f} of {self.raw:,.0f}) | {self.indexed:,.0f} | "
            f"{megabytes} |"
        )


def main() -> int:
    """In a home of its own that is removed afterwards, or in --home, which is kept and filled further."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], metavar="N", help="leave out sizes above this one")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep the archive here, and go on with what is there")
    parser.add_argument("--out", type=Path, metavar="FILE")
    args = parser.parse_args()
    for name in [n for n in os.environ if n.startswith("SOATIN_") and n != "SOATIN_DATA"]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="soatin-growth-") as scratch:
        home = args.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["SOATIN_HOME"] = str(home)
        (home / "soatin.toml").write_text('province = "vinh-phuc"\nshipped_sources = false\n', "utf-8")
        for lines in _tables([size for size in SIZES if size <= args.most]):
            if args.out:  # after each size: the next one may take hours
                args.out.write_text(_page(lines), "utf-8")
    print("\n".join(lines))
    return 0


def _tables(sizes: Sequence[int]) -> Iterator[list[str]]:
    """What was measured so far, after each size."""
    from flows.context import migrate, open_context

    open_context()
    migrate()
    texts = load(sizes[0])
    if not texts.origin["news"].startswith("vietnews"):
        sys.stderr.write("**** SOATIN_DATA names no vietnews.jsonl.gz: growth is measured on made-up texts ****\n")
    client = _inspector()
    stages: list[Stage] = []
    for size in sizes:
        stages.append(_stage(texts, size, client))
        speeds = [
            "| documents | taken in/s (of raw SQLite) | indexed/s | archive + search, MB |",
            "|---|---|---|---|",
            *(stage.row() for stage in stages),
        ]
        sizes_so_far = " | ".join(f"{stage.documents:,} documents" for stage in stages)
        pages = [f"| {name} | {' | '.join(stage.pages[name] for stage in stages)} |" for name in stages[0].pages]
        yield [*speeds, "", f"| ms | {sizes_so_far} |", "|---" * (1 + len(stages)) + "|", *pages]


def _stage(texts: Texts, size: int, client: Client) -> Stage:
    from flows.context import open_context
    from index.models import Document as Row

    settings = open_context().settings
    stored = indexed = raw = 0.0
    first = count = Row.objects.count()
    while count < size:
        batch = list(_documents(texts, count, min(count + BATCH, size)))
        raw += _raw(batch, settings.home / "raw.sqlite3")
        spent = _store(batch)
        stored, indexed = stored + spent[0], indexed + spent[1]
        count += len(batch)
    added = max(count - first, 1)
    names = ("archive", "search")
    sizes = {name: _size(settings.data / f"{name}.sqlite3") for name in names}
    speeds = [added / spent if spent else 0.0 for spent in (stored, indexed, raw)]
    return Stage(size, speeds[0], speeds[1], speeds[2] or 1.0, sizes, _pages(texts, client))


def _documents(texts: Texts, first: int, last: int) -> Iterator[Document]:
    """The news in order; from the second time on with every tenth word another one of the same news."""
    for number in range(first, last):
        title, text = texts.news[number % len(texts.news)]
        turn = number // len(texts.news)
        if turn:
            dice = random.Random(number)
            title, text = _changed(title, dice, texts), _changed(text, dice, texts)
        yield measure.make_document(number, title, text)


def _changed(text: str, dice: random.Random, texts: Texts) -> str:
    words = text.split()
    others = dice.choice(texts.news)[1].split() or words
    for _ in range(max(1, int(len(words) * SHARE))):
        words[dice.randrange(len(words))] = dice.choice(others)
    return " ".join(words)


def _store(batch: Sequence[Document]) -> tuple[float, float]:
    """Seconds of taking in, and of indexing; judgements between the two are given and not counted."""
    from flows.context import open_context
    from index.archive import intake, judgements, reading
    from index.models import Job
    from index.search import open_search

    context = open_context()
    began = time.perf_counter()
    intake.take_in(batch, {measure.SOURCE.name: measure.SOURCE})
    taken = time.perf_counter() - began
    dice = random.Random(batch[0].id)
    judgements.save_judgements([measure.judgement(document, context.plan.districts, dice) for document in batch])
    began = time.perf_counter()
    open_search(context.settings).index(reading.search_documents([document.id for document in batch]))
    indexed = time.perf_counter() - began
    Job.objects.all().delete()
    return taken, indexed


def _raw(batch: Sequence[Document], path: Path) -> float:
    """Seconds that SQLite alone needs for what taking in writes: the document, its version, its job, each table with
    the indexes that it needs to be found again, in one transaction.
    """
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
        "CREATE TABLE IF NOT EXISTS document (id TEXT PRIMARY KEY, source TEXT, url TEXT, canonical TEXT, title TEXT, "
        "text TEXT, published TEXT, fetched TEXT, sha256 TEXT, first_seen TEXT);"
        "CREATE TABLE IF NOT EXISTS version (id INTEGER PRIMARY KEY, document TEXT, number INTEGER, title TEXT, "
        "text TEXT, sha256 TEXT, UNIQUE (document, number));"
        "CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, queue TEXT, key TEXT, UNIQUE (queue, key));"
        "CREATE INDEX IF NOT EXISTS document_seen ON document (first_seen);"
    )
    moment = clock.now().isoformat()
    documents = [
        (d.id, d.source, d.url, d.canonical_url, d.title, d.text, str(d.published), str(d.fetched), d.sha256, moment)
        for d in batch
    ]
    began = time.perf_counter()
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", documents)
    versions = [(d.id, 1, d.title, d.text, d.sha256) for d in batch]
    db.executemany("INSERT INTO version (document, number, title, text, sha256) VALUES (?, ?, ?, ?, ?)", versions)
    db.executemany("INSERT INTO job (queue, key) VALUES ('classify', ?)", [(d.id,) for d in batch])
    db.execute("COMMIT")
    spent = time.perf_counter() - began
    db.execute("DELETE FROM job")
    db.close()
    return spent


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.parent.glob(path.name + "*"))


def _inspector() -> Client:
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="bench")
    user.groups.add(Group.objects.get(name="inspector"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _pages(texts: Texts, client: Client) -> dict[str, str]:
    """What the engine's answer takes, and pages as an inspector gets them."""
    from flows.context import open_context
    from index.models import Claim
    from index.query.parse import parse
    from index.search import Filters, open_search

    backend, plan = open_search(open_context().settings), open_context().plan
    dice = random.Random(11)
    claims = list(Claim.objects.filter(probability__gt=0).values_list("id", flat=True)[:5000])
    documents = [next(_documents(texts, dice.randrange(1000), 10**9)).id for _ in range(ASKED)]
    asked = measure.queries(texts, ASKED)
    calls: dict[str, list[tuple[str, dict[str, str]]]] = {
        "search page": [("/search/", {"q": query}) for query in asked],
        "search page, no words": [("/search/", {"place": f"Vĩnh Phúc/{dice.choice(plan.districts)}"}) for _ in asked],
        "queue": [("/", {"page": str(1 + n % 20)}) for n in range(ASKED)],
        "queue of a district": [("/", {"district": dice.choice(plan.districts)}) for _ in asked],
        "item": [(f"/claims/{dice.choice(claims)}/", {}) for _ in asked],
        "document": [(f"/documents/{document}/", {}) for document in documents],
        "sources": [("/sources/", {}) for _ in range(20)],
        "duties": [("/duties/", {}) for _ in range(20)],
    }

    def get(address: str, data: dict[str, str]) -> None:
        answer = client.get(address, data)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    def search(query: str) -> None:
        backend.search(parse(query), Filters(), 20)

    found = {"search, each query for the first time": _waits(search, [(query,) for query in asked])}
    found["the same queries again"] = _waits(search, [(query,) for query in asked])
    for name, wanted in calls.items():
        get(*wanted[0])
        found[name] = _waits(get, wanted)
        sys.stderr.write(f"  {name}: {found[name]}\n")
    return found


def _waits(call: Callable[..., None], calls: Sequence[tuple[Any, ...]]) -> str:
    """Median and 95th percentile in ms: waited, and of the processor's time."""
    waited, worked = [], []
    for arguments in calls:
        began = time.process_time()
        waited.append(measure.timed(call, *arguments))
        worked.append((time.process_time() - began) * 1000)
    figures = [measure.percentile(values, share) for values in (waited, worked) for share in (0.5, 0.95)]
    return "{:.0f} / {:.0f} ({:.0f} / {:.0f})".format(*figures)


def _page(lines: Sequence[str]) -> str:
    day = clock.day().isoformat()
    return (
        "# Growth\n\n"
        f"Written by `make bench-growth` on {day}: {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, SQLite for archive and search. Load of the machine in the last 15 minutes: "
        f"{os.getloadavg()[2]:.1f}; what exceeds 1 is other work, which makes waits longer. Waits are median / 95th "
        f"percentile over {ASKED} requests, in brackets the processor's time: what a quiet machine comes near to.\n\n"
        + "\n".join(lines)
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
