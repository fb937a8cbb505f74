"""The command line. Each command is a module beside this one, imported only when it is called.

A command module has ``add_arguments(parser)`` and ``run(args) -> int``; its docstring's first line is its help
and the lines after ``Example:`` its example.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version

from core.errors import SoatinError

COMMANDS = {
    "demo": "the whole job on a small local web",
    "init": "write soatin.toml, create the database and the first account",
    "up": "crawl, flag, index, report, desk: everything, until stopped",
    "status": "running parts, last and next slot, silent sources, backlog, oldest unseen",
    "sources": "the watched sources and their health",
    "crawl": "one round of what is due, or of the named sources",
    "read": "HTML or WARC in, JSON Lines of documents out; touches no archive",
    "ingest": "WARC, JSONL, CSV or XLSX (tips) into the archive",
    "classify": "train, score or evaluate the flag model",
    "claims": "match texts to verified claims, cluster them; ClaimReview in and out",
    "search": "search the index",
    "report": "make (and send) the report of a slot or period",
    "evidence": "show, verify or export what was received",
    "account": "accounts of people: make, list, change role, disable, one-time links",
    "audit": "verify the audit log's chain",
    "retry": "have work tried again that was given up",
    "reindex": "rebuild the search index from the archive",
    "migrate": "bring the archive's tables up to date",
    "backup": "write archive, evidence manifest and settings to one file",
    "restore": "bring a backup back into an empty data folder",
    "guard": "independent check: exit 1 and alert when a slot or source was missed",
}


_START_THEMSELVES = {"demo", "init", "restore", "read", "classify", "claims", "evidence"}
"""Commands that touch no archive, or make the one that they use: they start Django when there is a reason."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 the work failed, 2 wrong use."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _top_parser()
    if not arguments or arguments[0] in {"-h", "--help"}:
        parser.print_help()
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        parser.parse_args(arguments)  # prints version, or the error with the choices
        return 2
    return _told(arguments[0], arguments[1:])


def _told(command: str, arguments: list[str]) -> int:
    """Run it; what a person can mend is told in one line."""
    try:
        return _run(command, arguments)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`): nothing more to say
        return 0
    except SoatinError as error:
        words, code = str(error), error.exit_code
    except KeyboardInterrupt:
        words, code = "stopped", 1
    except Exception as error:
        words, code = _archive_away(error), 1
        if not words:
            raise
    print(f"soatin {command}: {words}", file=sys.stderr)
    return code


def _run(command: str, arguments: list[str]) -> int:
    module = importlib.import_module(f"flows.cli.{command}")
    about, _, example = (module.__doc__ or "").partition("Example:")
    parser = argparse.ArgumentParser(
        prog=f"soatin {command}",
        description=about.strip(),
        epilog=f"example:{example}".rstrip() if example else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    args = parser.parse_args(arguments)
    if command not in _START_THEMSELVES:
        from flows.context import start_django

        start_django()
    return int(module.run(args))


def _archive_away(error: Exception) -> str:
    """One line for a database that cannot be used just now; empty for any other error."""
    if "django.db" not in sys.modules:
        return ""
    from index import away

    said = away.words(error)
    cure = "see whether the database runs and its disk has room; what was received waits in the evidence files"
    return f"the archive cannot be used ({said}) — {cure}" if said else ""


def _top_parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS)) + 2
    listing = "\n".join(f"  {name:<{width}}{about}" for name, about in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="soatin",
        usage="soatin COMMAND [arguments]",
        description="Watches press and public posts about an epidemic and flags likely false health claims.",
        epilog=f"commands:\n{listing}\n\nsoatin COMMAND --help says more, with an example.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"soatin {version('soatin')}")
    parser.add_argument("command", choices=list(COMMANDS), help=argparse.SUPPRESS)
    return parser
