"""Write archive, reports, sources, settings and the evidence manifest to one file, while everything runs.

The file holds the key that author names are encrypted with, and the passwords in soatin.toml: keep it as safe as the
archive. An archive on PostgreSQL needs pg_dump on this machine.

Example:
  soatin backup /srv/backup/soatin-2021-11-20.tar.gz
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin backup`."""
    parser.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Writes to a temporary name first: a FILE that is there is whole."""
    from flows.cli.output import say
    from flows.context import open_context
    from flows.upkeep.backup import backup

    size = backup(open_context(), args.file)
    say(f"{args.file}: {size:,} bytes; copy the folder of WARC files beside it")
    return 0
