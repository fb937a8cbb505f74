"""The hostile web, in its own process, and helpers to say what a person sees after a round."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.model.documents import Document
from core.model.drops import Drop, Fetched, Polled
from core.model.sources import Source
from core.sources.files import parse_source
from crawlers.fetch.round import Limits, RoundOutcome, run_round
from crawlers.read import read_warc
from tests.crawlers.paper import Paper

AGENT = "soatin/0.1 (+test; contact: a@b.example)"
LIMITS = Limits(max_body=2_000_000, timeout=3, round_timeout=40, max_redirects=3, max_pages=50)


@dataclass
class Seen:
    """What is in the WARC files of a round."""

    outcome: RoundOutcome
    documents: list[Document] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)
    polled: dict[str, Polled] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    """Paths that a site was asked for, by site, where a test keeps them."""

    def reasons(self, source: str, base: str) -> dict[str, str]:
        return {drop.url.removeprefix(base): drop.reason for drop in self.drops if drop.source == source}


def look(outcome: RoundOutcome, sources: list[Source]) -> Seen:
    seen = Seen(outcome)
    for path in outcome.files:
        for item in read_warc(path, {source.name: source for source in sources}):
            match item:
                case Document():
                    seen.documents.append(item)
                case Drop():
                    seen.drops.append(item)
                case Fetched():
                    seen.fetched.append(item)
                case Polled():
                    seen.polled[item.source] = item
    return seen


def crawl(
    sources: list[Source], folder: Path, limits: Limits = LIMITS, seen: dict[str, set[str]] | None = None, **more
) -> Seen:
    return look(run_round(sources, warc_dir=folder, limits=limits, user_agent=AGENT, seen=seen or {}, **more), sources)


@pytest.fixture(scope="session")
def web():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crawlers.hostile_site"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        process.kill()


@pytest.fixture
def paper():
    one = Paper()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def source(web):
    def make(name: str, *paths: tuple[str, str], port: int | None = None, **more) -> Source:
        host = f"127.0.0.1:{port or web[name]}"
        starts = [{"url": f"http://{host}{path}", "as": role} for path, role in paths]
        table = {"title": name, "kind": "press", "platform": "press", "hosts": [host], "starts": starts, "delay": 0.0}
        return parse_source(name, table | more)

    return make


@pytest.fixture(scope="session")
def asked(web):
    def log(name: str) -> list[tuple[float, str, str]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{web[name]}/_log") as answer:
            return [tuple(line) for line in json.load(answer)[0]]

    return log


@pytest.fixture
def most_at_once(web):
    def most(name: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{web[name]}/_log") as answer:
            return int(json.load(answer)[1])

    return most
