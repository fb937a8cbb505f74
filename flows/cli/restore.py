"""Bring a backup back into an empty data folder or an empty PostgreSQL database, then rebuild the search index.

soatin.toml is put back where there is none; SOATIN_DATABASE_URL names another database than the one in it.

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
    """Names the evidence files that are still to be copied back. Exit 1 when the restored archive is not whole."""
    from flows.cli.output import say
    from flows.context import migrate, open_context
    from flows.upkeep.backup import check, restore

    restored = restore(None, args.file)
    context = open_context()
    migrate()
    from flows.upkeep.reindex import reindex

    problems = check()
    for problem in problems:
        say(f"! {problem}")
    say(f"restored; {reindex(context)} documents in the search index")
    if not restored.has_secret:
        say("the backup held no secret.key: author names can be read and the audit log checked only with that key")
    for name in restored.missing:
        say(f"evidence file to copy back into {context.settings.warc_dir}: {name}")
    for name in restored.changed:
        say(f"evidence file that is not what was received: {context.settings.warc_dir / name}")
    return 1 if problems or restored.changed else 0
