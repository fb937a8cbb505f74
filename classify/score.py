"""Score a table of texts: the input's columns plus probability, flagged, kind and reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from classify.flagger import FlagModel, load_model
from classify.tables import Table, is_missing, write_rows
from core.model import FlagResult, TextKind

ADDED = ("probability", "flagged", "kind", "reasons")
_CHUNK = 512  # rows in memory at a time


def score(data: Path, *, text: str, model: Path | None, out: Path, threshold: float | None = None) -> dict[str, Any]:
    """``soatin classify score``: CSV in, CSV out, row by row in the same order; a chunk at a time in memory.

    Columns of the added names that the input already has are replaced. A row without text gets probability 0 and kind
    ``other``. Returns ``{"rows", "flagged", "empty", "bad", "model"}``. Raises DataError as the table and model do.
    """
    table = Table(data, [text])
    chosen = load_model(model, threshold)
    counts: Counter[str] = Counter()
    columns = [name for name in table.columns if name not in ADDED] + list(ADDED)
    rows = write_rows(out, columns, _scored(table, text, chosen, counts))
    return {
        "rows": rows,
        "flagged": counts["flagged"],
        "empty": counts["empty"],
        "bad": table.bad,
        "model": chosen.name,
    }


def _scored(table: Table, text: str, model: FlagModel, counts: Counter[str]) -> Iterator[dict[str, Any]]:
    rows = table.rows()
    nothing = FlagResult(0.0, TextKind.OTHER, False, (), model.name)
    while chunk := list(islice(rows, _CHUNK)):
        results = model.flag([row[text] for row in chunk])
        for row, scored in zip(chunk, results, strict=True):
            empty = is_missing(row[text])
            result = nothing if empty else scored
            counts["empty"] += empty
            counts["flagged"] += result.flagged
            why = [{"text": r.text, "weight": r.weight, "start": r.start, "end": r.end} for r in result.reasons]
            yield {
                **row,
                "probability": f"{result.probability:.6f}",
                "flagged": int(result.flagged),
                "kind": result.kind.value,
                "reasons": json.dumps(why, ensure_ascii=False),
            }
