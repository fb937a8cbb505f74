"""Score a table of texts: the input's columns plus probability, flagged, kind and reasons."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.text.csv_table import CsvTable, is_missing, write_rows
from core.codes.texts import TextKind
from core.model.flags import FlagResult

ADDED = ("probability", "flagged", "kind", "reasons")
_CHUNK = 512  # rows in memory at a time


def score(
    data: Path,
    *,
    text: str,
    model: Path | None,
    out: Path,
    threshold: float | None = None,
    encoder: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """``soatin classify score``: CSV in, CSV out, row by row in the same order; a chunk at a time in memory.

    Columns of the added names that the input already has are replaced. A row without text gets probability 0 and kind
    ``other``. ``encoder`` as in ``load_model``; ``progress`` is told what is done so far. Returns ``{"rows", "flagged",
    "empty", "bad", "encoded", "model"}``, ``encoded`` the rows that the encoder had a part in. Raises DataError as the
    table and model do.
    """
    table = CsvTable(data, [text])
    chosen = load_model(model, threshold, encoder)
    counts: Counter[str] = Counter()
    columns = [name for name in table.columns if name not in ADDED] + list(ADDED)
    rows = write_rows(out, columns, _scored(table, text, chosen, counts, progress))
    return {
        "rows": rows,
        "flagged": counts["flagged"],
        "empty": counts["empty"],
        "bad": table.bad,
        "encoded": chosen.asked,
        "model": chosen.name,
    }


def _scored(
    table: CsvTable, text: str, model: FlagModel, counts: Counter[str], progress: Callable[[str], None] | None
) -> Iterator[dict[str, Any]]:
    rows = table.rows()
    nothing = FlagResult(0.0, TextKind.OTHER, False, (), model.name)
    done = 0
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
        done += len(chunk)
        if progress:
            progress(f"scored {done} rows")
