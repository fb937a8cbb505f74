"""Run everything on this machine until stopped: scheduler, flows, desk. What dies is started again.

Example:
  soatin up
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`soatin up` takes none: everything is a setting."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 -- every command has this form
    """Until Ctrl-C or SIGTERM."""
    from flows.context import open_context
    from flows.run import up

    return up.run(open_context())
