"""The evidence manifest: one entry an evidence file, each carrying the hash of the one before (a hash chain, as in
Haber and Stornetta, "How to Time-Stamp a Digital Document", 1991). Plain SHA-256, so that anybody can check it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

START = "0" * 64
"""What the first entry carries as the hash of the one before."""
HASHED = ("number", "kind", "file", "size", "sha256", "count", "records_sha256", "note", "at", "previous")
"""Fields of an entry that its hash covers, in this order."""

Payload = tuple[int, int, str]
"""A record of an evidence file: byte offset, length in the file, SHA-256 of its payload as received."""


@dataclass(frozen=True, slots=True)
class Break:
    """What is wrong with one entry: ``state`` is changed, missing (it was removed), moved or unlisted (twice there)."""

    number: int
    file: str
    state: str
    detail: str


def records_hash(records: Iterable[Sequence[Any]]) -> str:
    """SHA-256 over the records of a file, as the entry carries it: one ``offset length sha256`` a line."""
    lines = "".join(f"{offset} {length} {sha}\n" for offset, length, sha in records)
    return hashlib.sha256(lines.encode()).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over an entry's fields as compact JSON (names and values in the order of ``HASHED``, UTF-8)."""
    body = json.dumps({name: entry[name] for name in HASHED}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def breaks(entries: Iterable[Mapping[str, Any]], *, first: int = 1) -> list[Break]:
    """What is wrong with a chain, in the order in which its entries are stored; empty: it is whole.

    ``first``: the number that it must begin with (part of a chain: that of its first entry). Entries may carry their
    ``records``, which are then compared too. That the end is missing only who knows the last hash can tell.
    """
    found: list[Break] = []
    known: dict[int, tuple[str, str, str]] = {}
    highest = first - 1
    for entry in entries:
        number = int(entry["number"])
        if number in known:
            found.append(Break(number, str(entry["file"]), "unlisted", f"entry {number} stands twice"))
            continue
        known[number] = (str(entry["file"]), str(entry["hash"]), str(entry["previous"]))
        if number < highest:
            found.append(Break(number, str(entry["file"]), "moved", f"entry {number} stands after entry {highest}"))
        highest = max(highest, number)
        if words := _changed(entry):
            found.append(Break(number, str(entry["file"]), "changed", words))
    named = {one.number for one in found if one.state == "changed"}
    for number in range(first, highest + 1):
        if number not in known:
            found.append(Break(number, "", "missing", f"entry {number} was removed"))
        elif number + 1 in known and number not in named:
            file, digest, _ = known[number]
            if known[number + 1][2] != digest and number + 1 not in named:
                words = f"entry {number} is not the one that entry {number + 1} follows"
                found.append(Break(number, file, "changed", words))
    if first == 1 and 1 in known and known[1][2] != START and 1 not in named:
        found.append(Break(1, known[1][0], "changed", "entry 1 says that another one was before it"))
    return sorted(found, key=lambda one: one.number)


def _changed(entry: Mapping[str, Any]) -> str:
    """Why an entry by itself cannot be as it was written; empty when it can."""
    if entry_hash(entry) != entry["hash"]:
        return f"entry {entry['number']} was changed"
    records = entry.get("records")
    if records is not None and (len(records) != entry["count"] or records_hash(records) != entry["records_sha256"]):
        return f"the list of records of entry {entry['number']} was changed"
    return ""
