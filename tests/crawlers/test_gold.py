"""Real pages, when SOATIN_DATA names the folder: all four articles and listings as a careful reader takes them."""

from __future__ import annotations

import json
import re

import pytest

from crawlers.page.urls import canonical_url
from crawlers.read import read_page

SITES = ("baochinhphu", "dantri", "tuoitre", "vnexpress")


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def f1(got: str, want: str) -> float:
    """F1 of two texts over their 5-word shingles."""
    a, b = shingles(got), shingles(want)
    return 2 * len(a & b) / ((len(a) + len(b)) or 1)


@pytest.mark.parametrize("site", SITES)
def test_an_article_is_read_as_a_careful_reader_does(shared_data, site):
    gold = json.loads((shared_data / f"pages/gold/{site}_article.json").read_text("utf-8"))
    reading = read_page((shared_data / f"pages/{site}_article.html").read_bytes(), gold["canonical_url"])
    (document,) = reading.documents
    assert document.title == gold["title"]
    assert document.published.isoformat() == gold["published"]
    assert document.author == ", ".join(gold["author"])
    assert document.canonical_url == gold["canonical_url"]
    assert f1(document.text, "\n".join(gold["body"])) >= 0.97


@pytest.mark.parametrize("site", SITES)
def test_a_listing_gives_its_articles_and_no_document(shared_data, site):
    gold = json.loads((shared_data / f"pages/gold/{site}_list.json").read_text("utf-8"))
    reading = read_page((shared_data / f"pages/{site}_list.html").read_bytes(), gold["canonical_url"])
    assert reading.kind == "listing"
    assert reading.documents == ()
    got, want = {canonical_url(u) for u in reading.links}, {canonical_url(u) for u in gold["article_links"]}
    assert want <= got
    assert len(got & want) / len(got) >= 0.95
