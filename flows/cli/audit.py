"""Verify the audit log: every row's hash covers the row and the hash before it, and triggers keep rows as they are.

Example:
  soatin audit verify
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin audit`."""
    parser.add_argument("what", choices=["verify"])
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when a row was changed, removed or reordered, or could be: the problems are named."""
    from flows.cli.output import print_json, say
    from flows.context import open_context

    open_context()
    from django.db import connection

    from index.models import AuditEntry
    from index.proof import append_only, audit

    problems = [*append_only.missing(connection), *audit.verify()]
    if args.json:
        print_json({"rows": AuditEntry.objects.count(), "problems": problems})
    else:
        for problem in problems:
            say(problem)
        print("audit log: whole" if not problems else f"audit log: {len(problems)} problems")
    return 1 if problems else 0
