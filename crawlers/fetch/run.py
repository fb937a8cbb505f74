"""The crawl subprocess: ``python -m crawlers.fetch.run JOB.json`` (started by crawlers.fetch.round)."""

from __future__ import annotations

import json
import os
import sys
import threading
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from core.model.sources import Source
from core.sources.addresses import netloc_of
from core.sources.files import parse_source
from crawlers.evidence.warc import WarcWriter
from crawlers.fetch.delays import spaced
from crawlers.fetch.limits import limit_headers
from crawlers.fetch.relook import Relook
from crawlers.fetch.resolver import is_local
from crawlers.fetch.robots.rules import Rules
from crawlers.fetch.round import SECRETS, Limits
from crawlers.fetch.spider import RoundSpider

_MIN_DELAY = 0.0001
"""Seconds. Scrapy 2.19 counts a host's running requests only from the next turn of its loop, so without any delay
it sends all that wait for one host at once, whatever the concurrency."""
_NEEDED = ("Timeout", "DefaultHeaders", "UserAgent", "HttpProxy", "StartSpider")


def _unused(known: dict[str, int]) -> list[str]:
    """Scrapy's parts that we do without: no cookies, no retries (the next round asks again), no compression (Evidence
    keeps the bytes as received), no remote control; they are not even loaded, because a round's start takes time.
    """
    return [name for name in known if not any(part in name for part in _NEEDED)]


def settings(limits: Limits, user_agent: str, sources: list[Source]) -> dict[str, Any]:
    """Scrapy's settings for a round."""
    from scrapy.settings.default_settings import DOWNLOADER_MIDDLEWARES_BASE, EXTENSIONS_BASE, SPIDER_MIDDLEWARES_BASE  # noqa: PLC0415 -- heavy

    delays: dict[str, float] = {}
    for source in sources:
        for host in source.hosts:
            delays[host] = max(spaced(source.delay), delays.get(host, _MIN_DELAY))
    slots = {host: {"concurrency": 1, "delay": delay, "jitter": 0.0} for host, delay in delays.items()}
    return {
        "USER_AGENT": user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_PARSER": Rules,
        "EXTENSIONS": dict.fromkeys(EXTENSIONS_BASE),
        "SPIDER_MIDDLEWARES": dict.fromkeys(_unused(SPIDER_MIDDLEWARES_BASE)),
        "REDIRECT_MAX_TIMES": limits.max_redirects,
        "REDIRECT_PRIORITY_ADJUST": 0,
        "DOWNLOAD_MAXSIZE": limits.max_body,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": limits.timeout,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_SLOTS": slots,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "SOATIN_INSECURE_HOSTS": sorted({h for s in sources if s.hints.get("insecure_tls") is True for h in s.hosts}),
        "DOWNLOAD_HANDLERS": {
            "file": None,
            "ftp": None,
            "s3": None,
            "data": None,
            "https": "crawlers.fetch.tls.HttpsHandler",
        },
        # Requests wait in their host's own queue, so that a slow host never keeps the others waiting.
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # Scrapy starts so many tasks for what each page leads to; requests are only put into queues, so one does.
        "CONCURRENT_ITEMS": 1,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # each poll counts for itself
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "TWISTED_DNS_RESOLVER": "crawlers.fetch.resolver.PublicResolver",
        "SOATIN_LOCAL_HOSTS": sorted({host.rsplit(":", 1)[0] for host in delays if is_local(host)}),
        "DOWNLOADER_MIDDLEWARES": {
            **dict.fromkeys(_unused(DOWNLOADER_MIDDLEWARES_BASE)),
            "crawlers.fetch.middlewares.robots.Robots": 100,
            "crawlers.fetch.middlewares.redirects.Redirects": 600,
            "crawlers.fetch.middlewares.retry_after.Pauses": 650,
            "crawlers.fetch.middlewares.evidence.Evidence": 700,
        },
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the spider knows what it asked, per source
        "LOG_LEVEL": "ERROR",
    }


def _stop_with_parent() -> None:
    """End at once when standard input closes: whoever started the round is gone, and what was received is on disk."""

    def watch() -> None:
        while os.read(0, 1024):  # not sys.stdin: its lock is held while the interpreter ends
            pass
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def main(job_file: str) -> int:
    """Run the job; 0 when the round went to its end, 1 when it broke."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    sources = [parse_source(name, tomllib.loads(text)) for name, text in job["sources"].items()]
    seen_again = {name: parse_source(name, tomllib.loads(text)) for name, text in job.get("look_sources", {}).items()}
    looks = [(seen_again[look["source"]], Relook(**look)) for look in job.get("looks", ())]
    everyone = list({source.name: source for source in [*seen_again.values(), *sources]}.values())
    limits = Limits(**job["limits"])
    _stop_with_parent()

    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 -- heavy

    limit_headers()
    warc = WarcWriter(
        Path(job["warc_dir"]),
        {
            "software": "soatin",
            "format": "WARC File Format 1.1",
            "robots": "obey",
            "http-header-user-agent": job["user_agent"],
            "isPartOf": ", ".join(sorted({netloc_of(start["url"]) for source in everyone for start in source.starts})),
        },
        secrets=[os.environ.get(name, "") for name in SECRETS],
    )
    process = AsyncCrawlerProcess(settings(limits, job["user_agent"], everyone))
    process.crawl(
        RoundSpider,
        sources=sources,
        warc=warc,
        limits=limits,
        seen={name: frozenset(ids) for name, ids in job["seen"].items()},
        validators=job.get("validators", {}),
        looks=looks,
        since=date.fromisoformat(job["since"]) if job.get("since") else None,
    )
    process.start()
    warc.close()
    return 1 if process.bootstrap_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
