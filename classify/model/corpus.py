"""The shipped corpus: texts written for this product, as rows."""

from __future__ import annotations

from pathlib import Path

from classify.text.csv_table import CsvTable
from core.errors import DataError

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def corpus_rows(split: str) -> list[dict[str, str]]:
    """Rows of the shipped corpus with that ``split`` (train or eval), files in the order of their names."""
    columns = ("id", "text", "kind", "label", "topic", "split", "group")
    rows = [row for file in corpus_files() for row in CsvTable(file, columns).rows() if row["split"] == split]
    if not rows:
        raise DataError(f"the shipped corpus has no {split} rows", where=str(CORPUS), cure="install soatin again")
    return rows


def corpus_files() -> list[Path]:
    """The files of the corpus, by name."""
    return sorted(CORPUS.glob("*.csv"))
