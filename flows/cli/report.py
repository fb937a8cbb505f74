"""Make the report of a slot, or of any period; --send delivers it. A slot's report is made and sent once.

Example:
  soatin report --slot 2021-11-20T07:00+07:00 --out . --send
  soatin report --from 2021-11-18T00:00 --to 2021-11-20T00:00 --out .
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core import clock
from core.errors import UsageError
from core.plans import last_slot, load_plan
from flows.cli.output import print_json, say

if TYPE_CHECKING:
    from flows.context import Context
    from index.models import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin report`."""
    parser.add_argument("--slot", metavar="ISO", help="a report time; default: the last one that has passed")
    parser.add_argument("--from", dest="since", metavar="ISO", help="on demand: begin of the period")
    parser.add_argument("--to", dest="until", metavar="ISO", help="on demand: end of the period")
    parser.add_argument("--province", metavar="NAME", help="default: the setting")
    parser.add_argument("--out", type=Path, metavar="DIR", help="copy the files here")
    parser.add_argument("--send", action="store_true", help="deliver it now to those in mail_to")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 2 for a time that is no slot; exit 1 when the report did not reach everyone in ``mail_to`` (--send)."""
    from flows.context import Context, migrate, open_context
    from flows.pipeline import deliver
    from flows.tell.reports import not_delivered
    from flows.work import RoundResult

    context = open_context()
    foreign = bool(args.province) and args.province != context.plan.name
    if args.province:
        load_plan(args.province)
        if foreign and args.send:
            raise UsageError(
                f"those in mail_to get the reports of {context.plan.name}, not of {args.province}",
                where="--province, --send",
                cure="leave one of the two out",
            )
        values = {**context.settings.values, "province": args.province}
        context = Context(replace(context.settings, values=values), context.owner)
    migrate()
    report = _on_demand(args, context) if args.since or args.until else _of_slot(args, context, send=not foreign)
    files = [context.settings.report_dir / name for name in (report.docx, report.pdf) if name]
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        files = [Path(shutil.copy2(file, args.out)) for file in files]
    result = RoundResult()
    if args.send:
        deliver(context, result)
        result.errors += not_delivered(report)
    summary = {"slot": clock.local(report.slot).isoformat(), "files": [str(file) for file in files], **result.to_json()}
    if args.json:
        print_json(summary)
    else:
        for file in files:
            print(file)
        for error in result.errors:
            say(error)
    return 1 if result.errors else 0


def _on_demand(args: argparse.Namespace, context: Context) -> Report:
    from flows.papers.report.make import make_report

    since, until = _moment(args.since, "--from"), _moment(args.until, "--to")
    if since >= until:
        raise UsageError("the period is empty", where="--from, --to", cure="give --from before --to")
    if until > clock.now():
        raise UsageError(f"{args.until} has not come yet", where="--to", cure="end the period now or before")
    return make_report(
        context.settings, context.plan, slot=until, since=since, until=until, on_demand=True, send=bool(args.send)
    )


def _of_slot(args: argparse.Namespace, context: Context, *, send: bool) -> Report:
    from flows.papers.report.due import make_slot
    from flows.slots import slots_of

    slots = slots_of(context.settings, context.plan)
    if not slots:
        raise UsageError(
            f"the plan of {context.plan.name} asks for reports on request only",
            where="--slot",
            cure="use --from and --to",
        )
    slot = _moment(args.slot, "--slot") if args.slot else last_slot(slots, clock.now())
    if clock.local(slot).time() not in slots:
        times = ", ".join(f"{time:%H:%M}" for time in slots)
        raise UsageError(
            f"{args.slot} is no report time", where="--slot", cure=f"the slots are {times}; or use --from and --to"
        )
    if slot > clock.now():
        raise UsageError(f"{args.slot} has not come yet", where="--slot", cure="wait for it, or use --from and --to")
    return make_slot(context, slot, send=send)


def _moment(text: str | None, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise UsageError(f"{text!r} is not a time", where=option, cure="write 2021-11-20T07:00+07:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)
