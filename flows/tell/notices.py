"""What went wrong with single sources and pages in a round, one line each with its cure. The round itself went on."""

from __future__ import annotations

from datetime import datetime

from index.models import Drop, SourceState

MOST = 20
CURES = {
    "too-large": "raise max_body_mb in soatin.toml if the page is wanted",
    "undecodable": "its encoding or compression is broken; tell the site's owner if all its pages are so",
    "timeout": "it is asked again next round; raise request_timeout in soatin.toml if it is always so slow",
    "network": "check the address in its source file, and this machine's network",
    "redirects": "correct the address in its source file to where it leads in the end",
    "http-4xx": "correct or remove the address in its source file if it is one of its starts",
    "http-5xx": "the site is broken at the moment; it is asked again next round",
    "http-429": "raise delay or interval in its source file",
    "bad-certificate": "tell the site's owner; it is asked again next round",
    "private-address": "name the address itself in its source file's hosts if that machine is meant",
    "round-timeout": "the rest is asked next round; raise round_timeout in soatin.toml if that is every time so",
    "passed-over": "the file holds no page that can be read; export it with the pages themselves",
    "truncated-warc": "what came before was read; fetch the whole file again if more is needed",
    "unreadable": "the page is kept as evidence; report it with its address",
    "corrupt": "it is not what was received: bring the file back from a backup",
}
"""Cures by reason of a Drop. Reasons that need nobody (off the topic, robots.txt, links elsewhere) are not told."""


def failed_polls(since: datetime) -> list[str]:
    """Sources whose poll failed after this moment, each with the cure."""
    states = SourceState.objects.filter(last_polled__gte=since).exclude(last_error="").order_by("name")
    return [_line(state.name, state.last_error, state.last_error.partition(" ")[0]) for state in states]


def dropped(since: datetime, stage: str = "") -> list[str]:
    """Pages and files that could not be used after this moment, the first twenty of them, and how many more."""
    drops = Drop.objects.filter(at__gte=since, reason__in=CURES).order_by("id")
    if stage:
        drops = drops.filter(stage=stage)
    lines = [
        _line(drop.url or drop.detail or drop.source, _words(drop.reason, drop.detail if drop.url else ""), drop.reason)
        for drop in drops[:MOST]
    ]
    more = drops.count() - len(lines)
    return [*lines, f"and {more} more — see the sources page of the desk"] if more > 0 else lines


def _words(reason: str, detail: str) -> str:
    return f"{reason} ({detail})" if detail else reason


def _line(where: str, what: str, reason: str) -> str:
    cure = CURES.get(reason, "see `soatin sources`")
    return f"{where}: {what} — {cure}".replace("\n", " ")
