"""Show the bytes that a document was read from, verify that no evidence was changed, or export it as one WACZ file.

Example:
  soatin evidence show 3f2a9c0d1e5b7a861c2d
  soatin evidence verify
  soatin evidence export 3f2a9c0d1e5b7a861c2d --out evidence.wacz
  soatin evidence verify evidence.wacz --ca authority.pem
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DataError, UsageError

if TYPE_CHECKING:
    from flows.evidence.export import Exported


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `soatin evidence`."""
    parser.add_argument("what", choices=["show", "verify", "export"])
    parser.add_argument(
        "id",
        nargs="?",
        default="",
        metavar="ID",
        help="a document's id; export: or a case's number; verify: or a .wacz file, or nothing for all files",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="export: default evidence-ID.wacz")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="verify: certificate (PEM) that vouches for the time stamp; else tsa_ca"
    )
    parser.add_argument("--json", action="store_true", help="print JSON Lines")


def run(args: argparse.Namespace) -> int:
    """Exit 1 when evidence is missing or changed; the files are named."""
    if args.what == "verify" and args.id.endswith(".wacz"):
        from flows.evidence.verify_package import verify_file

        return _print_verified(verify_file(Path(args.id), args.ca or _set_ca()), as_json=args.json)
    from flows.context import migrate, open_context

    context = open_context()
    migrate()
    if args.what == "verify":
        from flows.evidence.verify import verify

        return _print_verified(verify(context, args.id), as_json=args.json)
    from flows.evidence.export import export, find

    if not args.id:
        raise UsageError("which document?", where="ID", cure="give a document's id, as search prints it")
    if args.what == "export":
        return _print_exported(export(context, args.id, args.out), as_json=args.json)
    record = find(context, args.id)
    if record is None:
        raise DataError("no evidence for it in the archive", where=args.id, cure="only crawled documents have some")
    from flows.cli.output import print_json, say

    if args.json:
        print_json(
            {"url": record.url, "status": record.status, "headers": list(record.headers), "bytes": len(record.body)}
        )
        return 0
    say(f"{record.url}  status {record.status}  {len(record.body)} bytes")
    sys.stdout.buffer.write(record.body)
    return 0


def _set_ca() -> Path | None:
    """The certificate that the settings name; none where nothing is set up: a package proves itself anywhere."""
    from core.settings import load

    settings = load()
    return settings.home / str(settings.tsa_ca) if settings.tsa_ca else None


def _print_exported(found: Exported, *, as_json: bool) -> int:
    from flows.cli.output import print_counts, say

    written = found.written
    counts = {"file": str(found.path), "records": written.records, "pictures": written.pictures}
    print_counts({**counts, "digest": written.digest, "stamped": written.stamp.get("time", "")}, as_json=as_json)
    for words in found.lacks:
        say(words)
    return 0


def _print_verified(results: list[dict[str, str]], *, as_json: bool) -> int:
    from flows.cli.output import print_json

    for row in results:
        if as_json:
            print_json(row)
        else:
            print(f"{row['state']:<9}{row['file']}  {row['detail']}".rstrip())
    return 1 if any(row["state"] not in {"whole", "unproven"} for row in results) else 0
