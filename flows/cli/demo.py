"""The whole job on a small local web that comes with soatin: crawl, flag, report, and the desk open in the browser.

Everything is kept in ./demo-data. Last on standard output is one JSON line with counts and paths.

Example:
  soatin demo --once
  soatin demo --web ../pages
"""

from __future__ import annotations

import argparse
import secrets
import signal
import subprocess
import sys
import time
import webbrowser
from dataclasses import asdict
from pathlib import Path

from flows.cli.output import print_json, say
from flows.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin demo`."""
    parser.add_argument("--once", action="store_true", help="do the job, print the JSON line, exit")
    parser.add_argument("--port", type=int, default=8765, metavar="N", help="port of the desk (0: any free one)")
    parser.add_argument("--web", type=Path, metavar="DIR", help="serve and crawl the HTML files of DIR instead")
    parser.add_argument("--dir", type=Path, default=Path("demo-data"), metavar="DIR", help="where everything is kept")
    parser.add_argument("--json", action="store_true", help="the JSON line is always printed; for symmetry")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a step failed."""
    from flows.context import migrate, open_context
    from flows.run.demo_web import flow_server, prepare, small_web
    from flows.run.processes import free_port, refuse_taken_port

    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = prepare(args.dir.resolve(), args.port or free_port())
    if not args.once:
        refuse_taken_port(settings)
    say("serving a small local web and crawling it …")
    with small_web(settings.sources_dir, args.web):
        with flow_server(settings) as api:
            context = open_context(settings.home)
            migrate()
            from flows.run.demo import whole_job

            result = whole_job(context, api, began)
        if not args.once:
            say(f"{result.documents} documents, {result.flags} flagged; report: {result.report_pdf}")
        print_json(asdict(result))
        return 0 if args.once else _show_desk(context)


def _show_desk(context: Context) -> int:
    from flows.run.accounts import ensure_account, sign_in_link
    from flows.run.processes import wait_for

    desk = subprocess.Popen([sys.executable, "-m", "flows.run", "desk"], stdout=subprocess.DEVNULL)
    try:
        wait_for(context.settings.listens_at, 30)
        user = ensure_account("thanhtra", "inspector", "Thanh tra viên (demo)")
        user.set_password(secrets.token_urlsafe(32))  # nobody's: the demo is entered by links, and asks for none
        user.save(update_fields=["password"])
        link = sign_in_link(context.settings, user, hours=1)
        say(f"desk: {link}\n(signs you in once, as a demo inspector; stop with Ctrl-C)")
        webbrowser.open(link)
        return desk.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        desk.terminate()
        desk.wait(10)
