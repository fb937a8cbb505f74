"""Bring a backup back into an empty data folder, then rebuild the search index.

Example:
  soatin restore /srv/backup/soatin-2021-11-20.tar.gz
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin restore`."""
    parser.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Names the evidence files that are still to be copied back."""
    from core.settings import load
    from flows import bootstrap
    from flows.bootstrap import Context
    from flows.cli.output import say
    from flows.maintenance import reindex, restore

    missing = restore(Context(load(), "restore"), args.file)
    context = bootstrap.start()
    bootstrap.migrate()
    say(f"restored; {reindex(context)} documents in the search index")
    for name in missing:
        say(f"evidence file to copy back into {context.settings.warc_dir}: {name}")
    return 0
