"""Independent check: were all report slots made and sent, and did all sources answer? Alerts when not.

Run it from a scheduler of another machine or user as well: it shares nothing with `soatin up` but the archive.

Example:
  soatin guard --json
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin guard`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="do not send alarms, only check")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when anything was missed."""
    from flows.cli.output import print_json
    from flows.context import open_context
    from flows.tell.alarms import raise_alarms
    from flows.tell.outage import told
    from flows.upkeep.missed import check

    context = open_context()
    with told(context):
        findings = check(context)
    if not args.quiet:
        raise_alarms(context, findings)
    if args.json:
        print_json({"ok": not findings, "findings": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            print(f"{finding.code}: {finding.words}")
        if not findings:
            print("all slots made and sent, all sources answer")
    return 1 if findings else 0
