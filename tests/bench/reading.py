"""How well pages are read: against what a careful reader takes from them, beside trafilatura, in the same run."""

from __future__ import annotations

import json
import os
from pathlib import Path

from crawlers.page.urls import canonical_url
from crawlers.read import read_page
from tests.bench import reading_cases
from tests.bench.row import Row
from tests.crawlers.test_gold import f1


def quality() -> list[Row]:
    """Shared gold pages where SOATIN_DATA names their folder, then the golden pages of the tests."""
    shared = Path(os.environ.get("SOATIN_DATA", "") or "nowhere") / "pages"
    pages = [
        ((shared / f"{path.stem}.html").read_bytes(), gold["canonical_url"], gold["body"])
        for path in sorted((shared / "gold").glob("*_article.json"))
        if (gold := json.loads(path.read_text("utf-8")))
    ]
    folder = Path(__file__).parents[1] / "crawlers" / "golden"
    golden = [
        (path.with_suffix(".html").read_bytes(), want["url"], want["documents"][0]["text"])
        for path in sorted(folder.glob("press_*.json"))
        if (want := json.loads(path.read_text("utf-8"))).get("documents")
    ]
    rows = _articles(pages, f"{len(pages)} real article pages, gold by hand") if pages else []
    rows += _articles(golden, f"{len(golden)} layouts of Vietnamese content systems (tests/crawlers/golden)")
    return rows + reading_cases.rows(shared.parents[1] / "cases" / "reading") + _listings(shared)


def _articles(pages: list[tuple[bytes, str, list[str]]], on: str) -> list[Row]:
    import trafilatura

    ours, theirs = [], []
    for body, url, want in pages:
        read = read_page(body, url, role="article").documents
        ours.append(f1(read[0].text if read else "", "\n".join(want)))
        theirs.append(f1(trafilatura.extract(body, url=url) or "", "\n".join(want)))
    on = f"F1 over 5-word shingles, {on}"
    return [
        Row("text as read (asked: mean 0.99, worst 0.97)", _figure(ours), on),
        Row("text as trafilatura alone reads it", _figure(theirs), on),
    ]


def _figure(values: list[float]) -> str:
    return f"mean {sum(values) / len(values):.3f}, worst {min(values):.3f}"


def _listings(shared: Path) -> list[Row]:
    found, right, wanted = 0, 0, 0
    for path in sorted((shared / "gold").glob("*_list.json")):
        gold = json.loads(path.read_text("utf-8"))
        links = read_page((shared / f"{path.stem}.html").read_bytes(), gold["canonical_url"], role="listing").links
        got, want = set(map(canonical_url, links)), set(map(canonical_url, gold["article_links"]))
        found, right, wanted = found + len(got), right + len(got & want), wanted + len(want)
    if not wanted:
        return []
    on = f"{wanted} article links on real listing pages"
    figure = f"recall {right / wanted:.3f}, precision {right / found:.3f}"
    return [Row("links of listings (asked: all, precision 0.95)", figure, on)]
