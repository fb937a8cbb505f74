"""The crawl's measurements, on a fast local web (tests.bench.web). Each returns rows of the table."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from core import clock
from core.model.sources import Source
from core.sources.files import parse_source
from crawlers.fetch.round import Limits, run_round
from crawlers.read import read_warc
from tests.bench.row import Row
from tests.bench.texts import ROOT

HOSTS = 16
ARTICLES = 150
NEWS_PLEASE_ARTICLES = 15
"""Of each host: news-please is so much slower that all of them would take half an hour."""
AGENT = "soatin/0.1 (+bench; contact: bench@soatin.example)"
_BARE = """
import json, sys, scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name, pages = "bare", 0
    async def start(self):
        for url in json.load(open(sys.argv[1])):
            yield scrapy.Request(url)
    def parse(self, response):
        self.pages += len(response.body) > 1000

hosts = int(sys.argv[2])
process = CrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": hosts, "CONCURRENT_REQUESTS_PER_DOMAIN": hosts})
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.open_context()
print(crawler.spider.pages)
"""
"""Scrapy as it comes, told only how much to ask at once: it downloads and throws away."""


@contextmanager
def web(hosts: int, articles: int) -> Iterator[list[str]]:
    """The local web in a process of its own; gives the hosts' base addresses."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.web", str(hosts), str(articles)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(10)


def addresses(bases: list[str], articles: int) -> list[str]:
    """The articles of all hosts in turn."""
    return [f"{base}/bai-so-{n}-ve-tiem-chung-o-cac-xa-{100_000 + n}.html" for n in range(articles) for base in bases]


def sources(bases: list[str], delay: float = 0.0) -> list[Source]:
    """One source a host, by its feed."""
    return [
        parse_source(
            f"bao-{n}",
            {
                "title": f"Báo {n}", "kind": "press", "platform": "press", "hosts": [base.split("/")[2]],
                "delay": delay, "starts": [{"url": f"{base}/rss", "as": "feed"}],
            },
        )
        for n, base in enumerate(bases)
    ]  # fmt: skip


def speed() -> list[Row]:
    """A round of ours, with its evidence files, and a bare Scrapy spider, twice in turn; then news-please.

    Whole processes are timed, from their start to their end. All ask as many pages at once as there are hosts.
    """
    rows = []
    with web(HOSTS, ARTICLES) as bases, tempfile.TemporaryDirectory() as folder:
        bare = ours = 0.0
        for turn in range(2):
            bare += _bare(addresses(bases, ARTICLES), Path(folder))
            ours += _round(bases, ARTICLES, Path(folder) / str(turn))
        began = time.perf_counter()
        documents = sum(
            hasattr(item, "text") for path in (Path(folder) / "0").glob("*.gz") for item in read_warc(path, {})
        )
        reading = time.perf_counter() - began
        if documents != HOSTS * ARTICLES:
            raise RuntimeError(f"{documents} of {HOSTS * ARTICLES} articles were read")
        theirs, problem = _news_please(addresses(bases, NEWS_PLEASE_ARTICLES), Path(folder))
    pages = 2 * HOSTS * ARTICLES
    on = f"{HOSTS * ARTICLES:,} pages of 24 KB on {HOSTS} local hosts, {HOSTS} at once, start-up included"
    rows = [
        Row("a bare Scrapy spider that only downloads", f"{pages / bare:,.0f} pages/s", on),
        Row("a round, with WARC writing", f"{pages / ours:,.0f} pages/s", on),
        Row("→ against bare Scrapy (asked: at least 0.8)", f"{bare / ours:.2f} times", "the two above, in turn"),
        Row("a round and the reading of its files", f"{pages / (ours + 2 * reading):,.0f} pages/s", on),
    ]
    if not theirs:
        return [*rows, Row("→ against news-please", "**NOT MEASURED**", f"news-please could not be had: {problem}")]
    return [
        *rows,
        Row("news-please (downloads, extracts, stores files)", f"{theirs:.1f} pages/s",
            f"{HOSTS * NEWS_PLEASE_ARTICLES} of these pages, {HOSTS} at once, start-up included"),
        Row("→ a round against news-please (asked: at least 5)", f"{pages / ours / theirs:.1f} times", "the same"),
        Row("→ a round and reading against news-please", f"{pages / (ours + 2 * reading) / theirs:.1f} times",
            "the same: news-please extracts as well"),
    ]  # fmt: skip


def _bare(urls: list[str], folder: Path) -> float:
    listed = folder / "urls.json"
    listed.write_text(json.dumps(urls), "utf-8")
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", _BARE, str(listed), str(HOSTS)], check=True, capture_output=True, text=True
    )
    spent = time.perf_counter() - began
    if int(ended.stdout) != len(urls):
        raise RuntimeError(f"bare Scrapy got {ended.stdout.strip()} of {len(urls)} pages")
    return spent


def _round(bases: list[str], articles: int, folder: Path) -> float:
    began = time.perf_counter()
    outcome = run_round(
        sources(bases), warc_dir=folder, limits=Limits(max_pages=articles + 1), user_agent=AGENT, seen={}
    )
    spent = time.perf_counter() - began
    if outcome.error:
        raise RuntimeError(outcome.error)
    return spent


def _news_please(urls: list[str], folder: Path) -> tuple[float, str]:
    """Pages a second of news-please, installed into an environment of its own; 0 and why when it cannot be had."""
    python = folder / "news-please" / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True, capture_output=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "news-please"],
                       check=True, capture_output=True, text=True, timeout=600)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        words = str(getattr(error, "stderr", "") or error).strip().splitlines()
        return 0.0, words[-1][:120] if words else "no reason given"
    package = next((python.parents[1] / "lib").glob("python*/site-packages/newsplease"))
    config = (package / "config" / "config.cfg").read_text("utf-8")
    wanted = {"working_path": folder / "np", "LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": HOSTS,
              "CONCURRENT_REQUESTS_PER_DOMAIN": HOSTS}  # fmt: skip
    for name, value in wanted.items():
        config = re.sub(rf"(?m)^{name}\s*=.*$", f"{name} = {value}", config)
    (folder / "np").mkdir()
    (folder / "np" / "config.cfg").write_text(config, "utf-8")
    (folder / "np" / "sites.hjson").write_text(json.dumps({"base_urls": [{"crawler": "Download", "url": urls}]}))
    began = time.perf_counter()
    ended = subprocess.run(
        [str(python), "-m", "newsplease.single_crawler", str(folder / "np" / "config.cfg"),
         str(folder / "np" / "sites.hjson"), "0", "False", "False"],
        capture_output=True, text=True, cwd=folder / "np", check=False,
    )  # fmt: skip
    spent = time.perf_counter() - began
    stored = sum(1 for _ in (folder / "np").rglob("*.html"))
    shutil.rmtree(python.parents[1])
    if stored < len(urls):
        return 0.0, f"it stored {stored} of {len(urls)} pages: {ended.stderr.strip()[-120:]}"
    return stored / spent, ""


def memory() -> list[Row]:
    """Peak memory of the crawl process over ten times the pages, from as many hosts."""
    peaks = {pages: _peak(20, pages // 20) for pages in (1_000, 10_000)}
    return [
        Row("memory of a round, at its peak", f"{peaks[1_000]:.0f} MB, {peaks[10_000]:.0f} MB",
            "1,000 and 10,000 pages of 20 local hosts"),
        Row("→ over ten times the pages (asked: at most 1.2)", f"{peaks[10_000] / peaks[1_000]:.2f} times", "the same"),
    ]  # fmt: skip


def _peak(hosts: int, articles: int) -> float:
    with (
        web(hosts, articles) as bases,
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool,
    ):
        return pool.submit(_crawl_and_weigh, bases, articles, Path(folder)).result()


def _crawl_and_weigh(bases: list[str], articles: int, folder: Path) -> float:
    """In a process that has no other children: MB at the peak of the crawl process."""
    _round(bases, articles, folder)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def pace() -> list[Row]:
    """A round at a delay: how close two requests to one host come, how many hosts are asked side by side."""
    delay = 0.5
    with web(8, 12) as bases, tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run_round(sources(bases, delay), warc_dir=Path(folder), limits=Limits(), user_agent=AGENT, seen={})
        spent = time.perf_counter() - began
        gap, most = asked(bases)
    on = f"8 local hosts, 14 requests each, {delay} s between two of one host, {spent:.0f} s in all"
    return [Row("closest two requests to one host came", f"{gap:.2f} s, {most} at once", on)]


def day() -> list[Row]:
    """A day of sixty sources on a clock of its own (tests/flows/day.py), in the archive of the measurements."""
    from flows.context import open_context
    from tests.flows import day as simulated

    simulated.write_sources(open_context().settings.sources_dir)
    began = time.perf_counter()
    lived = simulated.live(open_context(), datetime(2021, 8, 25, 6, 0, tzinfo=clock.VIETNAM))
    spent = time.perf_counter() - began
    on = f"{lived.polls:,} polls of {simulated.SOURCES} sources, a third failing for 3 hours in turn, in {spent:.0f} s"
    return [
        Row("a day: longest wait of a due poll (asked: at most 1)", f"{lived.late:.2f} intervals of its source", on),
        Row("a day: closest two polls of a source", f"{lived.shortest.total_seconds() / 60:.0f} min", "the same"),
        Row("a day: alarms of failing sources", f"{len(lived.raised)} raised, {len(lived.cleared)} cleared",
            f"the same; {len(lived.failing)} sources failed"),
    ]  # fmt: skip


def asked(bases: list[str]) -> tuple[float, int]:
    """Of all hosts: the shortest time between two requests to one, and the most that one was answering at once."""
    import urllib.request

    gap, most = 9e9, 0
    for base in bases:
        with urllib.request.urlopen(f"{base}/_asked", timeout=10) as answer:
            log = json.load(answer)
        gap = min(gap, *(after - before for before, after in zip(log["times"], log["times"][1:], strict=False)))
        most = max(most, log["most"])
    return gap, most
