"""What is measured on: real texts where SOATIN_DATA names a folder of them, else texts made from our own corpus."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Texts:
    """Posts as people write them, news as ``(title, text)``, pages as ``(name, HTML bytes)``; where they are from."""

    posts: list[str]
    news: list[tuple[str, str]]
    pages: list[tuple[str, bytes]]
    origin: dict[str, str]


def load(documents: int) -> Texts:
    """Texts for an archive of so many documents."""
    folder = Path(os.environ.get("SOATIN_DATA", "") or "nowhere")
    corpus = _corpus()
    posts, posts_from = _posts(folder / "reintel.csv"), "reintel.csv"
    if not posts:
        posts, posts_from = [*corpus] * 3, "classify/corpus"
    news, news_from = _news(folder / "vietnews.jsonl.gz", documents), "vietnews.jsonl.gz"
    if not news:
        news, news_from = _made_up(corpus, documents), "texts made from classify/corpus"
    pages = [(p.name, p.read_bytes()) for p in sorted((folder / "pages").glob("*_article.html"))]
    pages_from = "article pages in SOATIN_DATA/pages"
    if not pages:
        pages, pages_from = _site_pages(), "article pages of tests/site"
    return Texts(posts, news, pages, {"posts": posts_from, "news": news_from, "pages": pages_from})


def _corpus() -> list[str]:
    found: list[str] = []
    for path in sorted((ROOT / "classify" / "corpus").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            found += [row["text"] for row in csv.DictReader(rows) if row.get("text")]
    return found


def _posts(path: Path) -> list[str]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as rows:
        return [row["post_message"] for row in csv.DictReader(rows) if row["post_message"].strip()]


def _news(path: Path, count: int) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, count)]
    found = [(str(row["title"]), str(row["body"])) for row in rows]
    return [found[n % len(found)] for n in range(count)]


def _made_up(corpus: list[str], count: int) -> list[tuple[str, str]]:
    """Every document is some sentences of our corpus in an order of its own: about as long as a news item."""
    dice = random.Random(20211120)
    return [
        (f"{dice.choice(corpus)[:80]} ({number})", "\n".join(dice.sample(corpus, 12)))
        for number in range(count)
    ]  # fmt: skip


def _site_pages() -> list[tuple[str, bytes]]:
    import urllib.request

    from core import clock
    from crawlers.page.page import Page
    from crawlers.platforms import platform
    from tests.site import start_site

    found: list[tuple[str, bytes]] = []
    with start_site() as site:
        for name, base in sorted(site.sites.items()):
            with urllib.request.urlopen(base + "/", timeout=10) as answer:
                body, url = answer.read(), answer.url
            if "/s/" in url or len(found) >= 24:
                continue
            links = platform("press").find(Page(url, body, clock.now(), "text/html", "listing", None)).links
            for link in links[:3]:
                try:
                    with urllib.request.urlopen(link.url, timeout=10) as answer:
                        found.append((f"{name} {link.url}", answer.read()))
                except OSError:
                    continue  # links to nowhere are part of that web
    return [page for page in found if len(page[1]) < 1024 * 1024]
