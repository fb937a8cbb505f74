"""Bring the archive's tables, groups and permissions up to date.

Example:
  soatin migrate
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`soatin migrate` takes none."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 -- every command has this form
    """Safe to run at any time."""
    from flows.cli.output import say
    from flows.context import migrate, open_context

    open_context()
    migrate()
    say("the archive is up to date")
    return 0
