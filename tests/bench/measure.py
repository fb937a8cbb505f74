"""The measurements. Each returns rows of (what, figure, unit, on what)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from core import clock
from core.codes.texts import DocumentKind, SourceKind, TextKind
from core.model.documents import Document, PlaceMention, document_id, sha256_hex
from core.model.flags import FlagResult, Judgement
from core.model.sources import Source
from tests.bench.row import Row
from tests.bench.texts import Texts

SOURCE = Source("bench", "Nguồn đo", SourceKind.PRESS, "press", (), ("bench.example",), province="vinh-phuc")
SECONDS = 8.0


def rate(work: Callable[[], int], seconds: float = SECONDS) -> float:
    """Units a second: ``work`` does some units and says how many, again and again for so long."""
    units, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        units += work()
    return units / spent if (spent := time.perf_counter() - began) else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def read(texts: Texts) -> list[Row]:
    """Our reading against trafilatura alone, page by page in turn, so that both meet the same machine."""
    import trafilatura

    from crawlers.read import read_page

    ours = theirs = bare = 0.0
    pages = 0
    until = time.perf_counter() + 2 * SECONDS
    while pages < 3 or time.perf_counter() < until:
        name, body = texts.pages[pages % len(texts.pages)]
        url = f"https://bench.example/{pages % len(texts.pages)}.html"
        began = time.perf_counter()
        reading = read_page(body, url, content_type="text/html")
        ours += (second := time.perf_counter()) - began
        trafilatura.bare_extraction(body, url=url, with_metadata=True)
        theirs += (third := time.perf_counter()) - second
        trafilatura.extract(body, url=url)
        bare += time.perf_counter() - third
        if not reading.documents:
            raise RuntimeError(f"{name} gave no document")
        pages += 1
    size = sum(len(body) for _, body in texts.pages) // len(texts.pages) // 1024
    on = f"{len(texts.pages)} {texts.origin['pages']}, {size} KB on average, in turn"
    return [
        Row("pages read", f"{pages / ours:.1f} pages/s", on),
        Row("the same by trafilatura alone, with metadata", f"{pages / theirs:.1f} pages/s", on),
        Row("the same by trafilatura alone, text only", f"{pages / bare:.1f} pages/s", on),
        Row("→ our time against its, with metadata (asked: at most 1.2)", f"{ours / theirs:.2f} times", on),
        Row("→ our time against its, text only", f"{ours / bare:.2f} times", on),
    ]


def end_to_end(texts: Texts, count: int) -> list[Row]:
    """Taken in, judged, saved, indexed: every step of the pipeline after reading, on documents of the topic."""
    from flows.context import open_context
    from flows.steps.classify import classify
    from flows.steps.index import index
    from flows.steps.judge import make_judge
    from flows.steps.read import take_in
    from flows.work import RoundResult

    context = open_context()
    judge = make_judge(context.settings, context.plan, {SOURCE.name: SOURCE})
    posts = [text for text in texts.posts if judge.relevance.topic_of("", text)]
    documents = [make_document(n, "", f"{posts[n % len(posts)]} ({n // len(posts)})" if n >= len(posts) else posts[n])
                 for n in range(count)]  # fmt: skip
    result, began = RoundResult(), time.perf_counter()
    take_in(context, documents)
    classify(context, result, judge)
    index(context, result)
    spent = time.perf_counter() - began
    if result.errors or result.counts["classified"] != count:
        raise RuntimeError(f"the measurement failed: {result.errors[:1]} {result.counts}")
    on = f"{count:,} posts on the topic ({texts.origin['posts']})"
    return [Row("documents end to end: archive, classify, claim, index", f"{count / spent:,.0f} documents/s", on)]


def fill(texts: Texts, count: int) -> list[Row]:
    """An archive of so many documents, every tenth flagged. Judgements are given: storing and indexing count."""
    from flows.context import open_context
    from index.archive import intake, judgements
    from index.archive.reading import search_documents
    from index.search import open_search

    backend, plan = open_search(open_context().settings), open_context().plan
    dice, began = random.Random(7), time.perf_counter()
    for first in range(0, count, 500):
        batch = [make_document(n, *texts.news[n % len(texts.news)]) for n in range(first, min(first + 500, count))]
        intake.take_in(batch, {SOURCE.name: SOURCE})
        judgements.save_judgements([judgement(document, plan.districts, dice) for document in batch])
        backend.index(search_documents([document.id for document in batch]))
    from index.models import Job

    Job.objects.all().delete()
    speed = count / (time.perf_counter() - began)
    on = f"{count:,} of {texts.origin['news']}"
    return [Row("documents stored and indexed (judged before)", f"{speed:,.0f} documents/s", on)]


def search(texts: Texts, times: int) -> list[Row]:
    """The search engine's answers with facets, timeline and twenty highlighted hits."""
    from flows.context import open_context
    from index.query.parse import parse
    from index.search import Filters, open_search

    backend = open_search(open_context().settings)

    def ask(query: str) -> None:
        backend.search(parse(query), Filters(), limit=20, offset=0)

    from tests.bench import overhead

    asked = queries(texts, times)
    waits = [timed(ask, query) for query in asked]
    row = _wait_row("search", waits, f"{times} queries: words, phrases, exclusions; half without accents")
    return [row, *overhead.sqlite(backend, asked)]


def titles(texts: Texts, count: int, asked: int) -> list[Row]:
    """Documents found by their own titles as people type them: among the first ten hits."""
    from flows.context import open_context
    from index.search import open_search
    from tests.bench.titles import FIRST, found

    documents = [make_document(n, *texts.news[n % len(texts.news)]) for n in range(count)]
    return [
        Row(f"title {name}: document in the first {FIRST}", f"{hits / of:.1%}", f"{of} titles, {count:,} documents")
        for name, (hits, of) in found(open_search(open_context().settings), documents, asked).items()
    ]


def desk(texts: Texts, times: int) -> list[Row]:
    """The desk's pages as an inspector gets them, template and all, without the network."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    from index.models import Claim

    user = User.objects.create_user("bench", password="khong-dung-den")
    user.groups.add(Group.objects.get(name="inspector"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(address: str, data: dict[str, str]) -> None:
        answer = client.get(address, data)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    waiting = list(Claim.objects.filter(probability__gt=0).values_list("id", flat=True))
    dice = random.Random(11)
    get("/", {})
    kinds: dict[str, list[tuple[str, dict[str, str]]]] = {
        "queue page": [("/", {"page": str(1 + n % 20)}) for n in range(times)],
        "item page": [(f"/claims/{dice.choice(waiting)}/", {}) for _ in range(times)],
        "search page": [("/search/", {"q": query}) for query in queries(texts, times)],
    }
    return [
        _wait_row(name, [timed(get, *call) for call in calls], f"{times} requests, {len(waiting):,} items waiting")
        for name, calls in kinds.items()
    ]


def queries(texts: Texts, count: int) -> list[str]:
    """Queries from the texts themselves: words that stand beside each other somewhere."""
    from core.vietnamese import fold, tokens

    dice = random.Random(3)
    found: list[str] = []
    while len(found) < count:
        words = [token.norm for token in tokens(dice.choice(texts.news)[0]) if len(token.norm) > 1]
        if len(words) < 4:
            continue
        at, length = dice.randrange(len(words) - 3), dice.randint(1, 3)
        plain = " ".join(words[at : at + length])
        query = dice.choice([plain, f'"{plain}"', f"{plain} -{words[at + 3]}", plain])
        found.append(fold(query) if len(found) % 2 else query)
    return found


def make_document(number: int, title: str, text: str) -> Document:
    """A document that appeared some time in the last thirty days."""
    url, moment = f"https://bench.example/{number}", clock.now() - timedelta(minutes=number % 43_000)
    return Document(
        id=document_id(url), source=SOURCE.name, kind=DocumentKind.ARTICLE, url=url, canonical_url=url, title=title,
        text=text, published=moment, fetched=moment, sha256=sha256_hex(f"{title}\n{text}"),
    )  # fmt: skip


def judgement(document: Document, districts: Sequence[str], dice: random.Random) -> Judgement:
    probability = dice.random()
    suspicious = probability > 0.9
    kind = TextKind.CLAIM if suspicious else dice.choice([TextKind.OFFICIAL, TextKind.QUESTION, TextKind.OPINION])
    flag = FlagResult(probability if suspicious else probability / 3, kind, suspicious, (), "bench")
    places = (PlaceMention("Vĩnh Phúc", dice.choice(list(districts))),)
    bands = tuple(f"{document.id}-{n}" for n in range(4)) if suspicious else ()
    return Judgement(document.id, 1, "covid", kind, places, bands, None, document.title if suspicious else "", flag)


def timed(call: Callable[..., None], *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - began) * 1000


def _wait_row(name: str, waits: Sequence[float], on: str) -> Row:
    return Row(name, f"p50 {percentile(waits, 0.5):.0f} ms, p95 {percentile(waits, 0.95):.0f} ms", on)
