"""Write soatin.toml, create the archive and the first account (an administrator), and print a one-time sign-in link.

Example:
  soatin init --province vinh-phuc --dir /srv/soatin
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin init`."""
    parser.add_argument("--province", required=True, metavar="NAME", help="a plan's name, e.g. vinh-phuc")
    parser.add_argument("--dir", type=Path, default=Path(), metavar="DIR", help="folder of the installation")
    parser.add_argument("--user", default="admin", metavar="NAME", help="name of the first account")


def run(args: argparse.Namespace) -> int:
    """Run again it changes nothing that is there, and prints a new sign-in link."""
    from core.plans import load_plan
    from flows.cli.output import say
    from flows.context import migrate, open_context

    plan = load_plan(args.province)
    home = args.dir.resolve()
    home.mkdir(parents=True, exist_ok=True)
    file = home / "soatin.toml"
    if not file.exists():
        file.write_text(_settings_text(args.province, plan.title), "utf-8")
        say(f"wrote {file}")
    os.environ["SOATIN_HOME"] = str(home)
    context = open_context(home)
    migrate()
    from flows.run.accounts import ensure_account, sign_in_link

    user = ensure_account(args.user, "admin")
    say(f"archive: {context.settings.data}")
    say("start everything with: soatin up   (in this folder, or with SOATIN_HOME set to it)")
    say("first sign-in (once, within a day; then set a password under your name):")
    print(sign_in_link(context.settings, user, hours=24))
    return 0


def _settings_text(province: str, title: str) -> str:
    return (
        f"# soatin for {title}. Every setting with its default: docs/settings.md\n"
        f'province = "{province}"\n'
        "# Who receives the report, and where the mail goes out; without smtp_url it is written to data_dir/mail.\n"
        "mail_to = []\n"
        '# smtp_url = "smtp://user:password@mail.example.vn:587"\n'
        '# contact = "it@example.vn"   # the crawler names it to the sites that it reads\n'
    )
