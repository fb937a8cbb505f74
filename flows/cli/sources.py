"""List the watched sources and their health; check, add or disable one.

Example:
  soatin sources
  soatin sources check --source vnexpress
  soatin sources add my-source.toml
  soatin sources disable vnexpress
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import clock
from core.errors import DataError, UsageError
from core.model.sources import Source
from flows.cli.output import print_json, say, table
from flows.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin sources`."""
    parser.add_argument("what", nargs="?", default="list", choices=["list", "check", "add", "disable"])
    parser.add_argument("subject", nargs="?", default="", metavar="FILE|NAME", help="file to add, or source to disable")
    parser.add_argument("--source", default="", metavar="NAME", help="check only this one")
    parser.add_argument("--json", action="store_true", help="print JSON Lines")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a source file is broken."""
    from flows.context import migrate, open_context

    context = open_context()
    migrate()
    if args.what == "add":
        return _add(context, Path(args.subject))
    if args.what == "disable":
        return _disable(context, args.subject)
    sources = [s for s in context.sources.values() if args.source in {"", s.name}]
    if args.source and not sources:
        raise UsageError(f"no such source: {args.source}", where="--source", cure="see `soatin sources`")
    rows = _health(sources) if args.what == "list" else _plans(context, sources)
    if args.json:
        for row in rows:
            print_json(row)
    elif rows:
        table([[str(value) for value in row.values()] for row in rows], list(rows[0]))
    for error in context.broken_sources:
        say(str(error))
    return 1 if context.broken_sources else 0


def _health(sources: list[Source]) -> list[dict[str, Any]]:
    """One row for each source: its state, the signs of trouble, and the figures behind them."""
    from core.sources.health import signs
    from index.models import SourceState
    from index.views import health

    now = clock.now()
    failures = dict(SourceState.objects.values_list("name", "failures"))
    measures, raised = health.measure([source.name for source in sources], now), health.raised()
    rows = []
    for source in sources:
        found = measures[source.name]
        wrong = [str(sign) for sign in signs(source, found, now, raised.get(source.name, ()))] if source.enabled else []
        shorter = found.shorter_share
        rows.append(
            {
                "name": source.name,
                "kind": source.kind.value,
                "province": source.province,
                "state": "off" if not source.enabled else ",".join(wrong) or ("ok" if found.polled else "new"),
                "last_success": clock.local(found.last_success).isoformat(timespec="minutes")
                if found.last_success
                else "",
                "documents_24h": found.day,
                "usual_24h": "" if found.usual_day is None else found.usual_day,
                "unread": found.unread,
                "refused": found.refused,
                "shorter": "" if shorter is None else round(shorter, 2),
                "failures": failures.get(source.name, 0),
                "error": found.error,
            }
        )
    return rows


def _plans(context: Context, sources: list[Source]) -> list[dict[str, Any]]:
    """One row for each start address: what would be asked, how often, and whether robots.txt lets us."""
    from crawlers.fetch.robots.preview import check

    agent = str(context.settings.user_agent).format(contact=context.settings.contact)
    held = {
        "SOATIN_YOUTUBE_KEY": context.settings.youtube_key,
        "SOATIN_FACEBOOK_TOKEN": context.settings.facebook_token,
    }
    keys = [name for name, value in held.items() if value]
    answers = check(sources, agent, min(float(context.settings.request_timeout), 10.0), keys)
    return [
        {
            "name": source.name,
            "enabled": source.enabled,
            "platform": source.platform,
            "start": answer.url,
            "as": answer.role,
            "hosts": ", ".join(source.hosts),
            "minutes": source.interval,
            "delay": answer.delay or source.delay,
            "robots": answer.state,
            "detail": answer.detail,
        }
        for source in sources
        for answer in answers[source.name]
    ]


def _add(context: Context, file: Path) -> int:
    from core.sources.files import parse_source

    if not file.is_file():
        raise UsageError("no such file", where=str(file) or "FILE", cure="see docs/add-a-source.md for its form")
    try:
        source = parse_source(file.stem, tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"not valid TOML ({error})", where=str(file), cure="correct the line it names") from None
    _keep(context, source)
    say(f"{source.name} is watched from the next round on")
    return 0


def _disable(context: Context, name: str) -> int:
    source = context.sources.get(name)
    if source is None:
        raise UsageError(f"no such source: {name!r}", where="NAME", cure="see `soatin sources`")
    _keep(context, replace(source, enabled=False))
    say(f"{name} is no longer watched; what was received stays")
    return 0


def _keep(context: Context, source: Source) -> None:
    from core.sources.files import save
    from index.proof import audit

    save(context.settings.sources_dir, source)
    audit.record("command line", "source", source.name, {"enabled": source.enabled})
