"""How commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any


def say(message: str) -> None:
    """A message for the person at the terminal."""
    print(message, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One JSON document on one line, UTF-8."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_counts(counts: Mapping[str, Any], *, as_json: bool) -> None:
    """What a command did: JSON, or ``name: value`` lines."""
    if as_json:
        print_json(dict(counts))
        return
    for name, value in counts.items():
        if isinstance(value, list):
            for line in value:
                say(f"! {line}")
        else:
            print(f"{name}: {value}")


def table(rows: list[list[str]], header: list[str]) -> None:
    """Aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
