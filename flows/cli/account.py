"""Accounts of people: make, list, change role, disable, enable, and one-time links with which they set a password.

Example:
  soatin account add lan --role inspector --full-name "Nguyễn Thị Lan" --by admin
  soatin account list --json
  soatin account role lan lead --by admin
  soatin account disable lan --by admin
  soatin account link lan --by admin
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from core.errors import UsageError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from flows.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin account`."""
    parser.add_argument("what", choices=["add", "list", "role", "disable", "enable", "link"])
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="the account")
    parser.add_argument("new_role", nargs="?", default="", metavar="ROLE", help="for role: the role it shall have")
    parser.add_argument("--role", default="", help="for add: inspector, lead, analyst, unit or admin")
    parser.add_argument("--unit", default="", metavar="CODE", help="a unit of the plan")
    parser.add_argument("--district", default="", metavar="NAME", help="a district of the plan")
    parser.add_argument("--full-name", default="", metavar="T")
    parser.add_argument("--title", default="", metavar="T", help="office, as it stands under a signature")
    parser.add_argument("--email", default="", metavar="A")
    parser.add_argument("--password-stdin", action="store_true", help="for add: the password's line; no link then")
    parser.add_argument("--by", default="", metavar="NAME", help="the account that answers for it (an admin)")
    parser.add_argument("--json", action="store_true", help="print JSON; JSON Lines for the list")


def run(args: argparse.Namespace) -> int:
    """Prints the one-time link where one was made. Exit 1 when the account given with --by may not do this."""
    from flows.context import migrate, open_context

    context = open_context()
    migrate()
    if args.what == "list":
        return _list(as_json=args.json)
    if not args.name or not args.by:
        missing = "--by" if args.name else "NAME"
        raise UsageError(f"{missing} is missing", where=f"account {args.what}", cure="see `soatin account --help`")
    _print(_done(args, context), as_json=args.json)
    return 0


def _done(args: argparse.Namespace, context: Context) -> dict[str, Any]:
    """Do it; what is so afterwards, with the link if one was made."""
    from flows.run.accounts import link_address
    from index.office import accounts

    by = accounts.named(args.by)
    if args.what == "add":
        person = accounts.Person(args.full_name, args.title, args.email, args.unit, args.district)
        password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else None
        user = accounts.add(by, args.name, args.role, person, context.plan, password)
    else:
        user = accounts.named(args.name)
        match args.what:
            case "role":
                accounts.change_role(by, user, args.new_role or args.role)
            case "disable":
                accounts.disable(by, user)
            case "enable":
                accounts.enable(by, user)
    row = _row(accounts.named(user.get_username()))
    linked = args.what in {"link", "enable"} or (args.what == "add" and not args.password_stdin)
    if linked:
        row["link"] = link_address(context.settings, accounts.link(by, user))
    return row


def _print(row: dict[str, Any], *, as_json: bool) -> None:
    from flows.cli.output import print_json, say

    if as_json:
        print_json(row)
        return
    say(f"{row['name']}: {row['role'] or 'no role'}, {'active' if row['active'] else 'disabled'}")
    if "link" in row:
        say("one-time link, with which the person sets a password (72 hours, one use; a later link voids it):")
        print(row["link"])


def _list(*, as_json: bool) -> int:
    from flows.cli.output import print_json, table
    from index.office import accounts

    rows = [_row(user) for user in accounts.everybody()]
    if as_json:
        for row in rows:
            print_json(row)
    elif rows:
        table([[str(value) for value in row.values()] for row in rows], list(rows[0]))
    return 0


def _row(user: User) -> dict[str, Any]:
    from core import clock
    from index.office.accounts import person_of
    from index.office.rights import role_of

    person = person_of(user)
    last = clock.local(user.last_login).isoformat(timespec="seconds") if user.last_login else ""
    return {
        "name": user.get_username(), "role": str(role_of(user) or ""), "full_name": person.full_name,
        "title": person.title, "unit": person.unit, "district": person.district, "email": person.email,
        "active": user.is_active, "last_sign_in": last,
    }  # fmt: skip
