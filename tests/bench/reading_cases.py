"""The shared reading cases, where they lie beside the folder that SOATIN_DATA names: ours and trafilatura's, one run.

A case says how its paragraphs begin and which words must not be in the text; so what is measured is how many of the
paragraphs are there once, against what is missing, there twice, or should be absent.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.model.documents import Document
from crawlers.evidence.other_archives import as_warcs, is_archive
from crawlers.evidence.records import read_records
from crawlers.read import read_archive, read_page
from tests.bench.row import Row


def score(text: str, expect: Mapping[str, Any]) -> float:
    """F1 of a text against a case: paragraphs found, and those missing, repeated, or that should not be there."""
    text = _plain(text)
    counts = [text.count(_plain(start)) for start in expect.get("paragraphs", [])]
    found = sum(count > 0 for count in counts)
    wrong = sum(count - 1 for count in counts if count > 1) + sum(_plain(w) in text for w in expect.get("absent", []))
    missed = len(counts) - found
    return 2 * found / ((2 * found + wrong + missed) or 1)


def rows(folder: Path) -> list[Row]:
    """Two rows over all cases with text, then the kinds in which ours is behind or not whole."""
    if not (folder / "cases.json").is_file():
        return []
    kinds: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for case in json.loads((folder / "cases.json").read_text("utf-8")):
        if case["expect"].get("paragraphs"):
            path = folder / case["file"]
            kinds[case["kind"]].append(
                (score(_ours(path, case["url"]), case["expect"]), score(_theirs(path, case["url"]), case["expect"]))
            )
    pairs = [pair for found in kinds.values() for pair in found]
    on = f"{len(pairs)} reading cases, paragraphs found against those missing, repeated or wrong"
    behind = [kind for kind, found in kinds.items() if any(mine < 1 for mine, _ in found)]
    return [
        Row("cases as read (asked: 1.000)", _figure([mine for mine, _ in pairs]), on),
        Row("cases as trafilatura alone reads them", _figure([other for _, other in pairs]), on),
        Row("kinds of cases that are not all whole", ", ".join(sorted(behind)) or "none", on),
    ]


def _ours(path: Path, url: str) -> str:
    if is_archive(path):
        documents = [item for item in read_archive(path, {}, Counter()) if isinstance(item, Document)]
    else:
        documents = list(read_page(path.read_bytes(), url).documents)
    return "\n".join(document.text for document in documents)


def _theirs(path: Path, url: str) -> str:
    """Trafilatura reads pages: of an archive it is given each page that we find in it."""
    import trafilatura

    if not is_archive(path):
        return trafilatura.extract(path.read_bytes(), url=url) or ""
    with TemporaryDirectory() as folder:
        bodies = [
            record.body
            for warc in as_warcs(path, Path(folder))
            for record in read_records(warc)
            if record.type == "response" and "html" in record.header("content-type")
        ]
    return "\n".join(trafilatura.extract(body, url=url) or "" for body in bodies)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _figure(values: list[float]) -> str:
    return f"mean {sum(values) / len(values):.3f}, worst {min(values):.3f}"
