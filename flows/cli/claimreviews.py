"""ClaimReview files in and out: what others have verified, and our own verdicts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.findings import claimreview
from flows.cli.output import print_counts, say
from flows.context import migrate, open_context
from index.archive import findings
from index.archive.findings import catch_up, published

_SHOWN = 20  # bad entries of a file that are named; all are counted


def bring(files: Sequence[str], *, as_json: bool) -> int:
    """Take files into the library and print counts. Exit status 1 when a file gave nothing that could be used."""
    open_context()
    migrate()

    counts: Counter[str] = Counter({"new": 0, "changed": 0, "same": 0, "bad": 0})
    reasons: Counter[str] = Counter()
    empty = False
    for name in files:
        good, bad = claimreview.read(_bytes(name), name)
        taken = findings.take_in(good, "import", name)
        counts.update(new=taken.new, changed=taken.changed, same=taken.same, bad=len(bad))
        reasons.update(entry.reason for entry in bad)
        for entry in bad[:_SHOWN]:
            say(f"{name}: {entry}")
        if len(bad) > _SHOWN:
            say(f"{name}: and {len(bad) - _SHOWN} more that cannot be used")
        empty |= not good
    print_counts({**counts, **({"reasons": dict(reasons)} if as_json else reasons)}, as_json=as_json)
    return int(empty)


def export() -> dict[str, Any]:
    """Our verdicts as a DataFeed, published in the name of the plan's issuer."""
    context = open_context()
    migrate()

    catch_up()
    issuer = context.plan.issuer or context.plan.title
    return claimreview.write([replace(finding, publisher=issuer) for finding in published()], issuer)


def _bytes(name: str) -> bytes:
    most = claimreview.MOST_BYTES + 1
    if name == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=name, cure="give the path of a file") from None
