"""Proving a package (crawlers.evidence.wacz) by itself: nothing but the file is asked, and what was tampered with is
named.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.manifest import HASHED, breaks
from crawlers.evidence.payloads import payloads
from crawlers.evidence.wacz import DIGEST, MANIFEST, PACKAGE, RECORDS, WARC

_UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What reading a member of a hostile or damaged ZIP raises; encrypted and oddly compressed ones are RuntimeErrors."""

_CHUNK = 1 << 20
_CURE = "give a file that `soatin evidence export` wrote, or export it anew"
_MOST_MEMBERS = 10_000
_LARGEST_TABLE = 64 << 20  # bytes of a JSON member; evidence itself may be larger and is read in pieces
_LARGEST_MEMBER = 8 << 30


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one member of a package: ``state`` is whole, changed, missing or unlisted."""

    file: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time stamp that a package carries: what it is over, and the answer of the authority (RFC 3161, DER)."""

    data: bytes
    response: bytes
    problem: str = ""


def check_wacz(path: Path) -> list[Checked]:
    """Compare every member with the hash that the package states; nothing but the file is asked. Raises DataError for
    what is no WACZ.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _check(package, path)
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or "no zip file"
        raise DataError(f"cannot be read as WACZ ({reason})", where=str(path), cure=_CURE) from None


def _check(package: zipfile.ZipFile, path: Path) -> list[Checked]:
    names = [info.filename for info in package.infolist()]
    if len(names) > _MOST_MEMBERS or PACKAGE not in names:
        raise DataError(f"is no WACZ: it has no {PACKAGE}", where=str(path), cure=_CURE)
    stated = _stated(package, path)
    results = [_against_digest(package)]
    for name, digest in stated.items():
        if name not in names:
            results.append(Checked(name, "missing", "the package lists it, the file does not hold it"))
            continue
        found = _sha256(package, name)
        results.append(Checked(name, "whole" if found == digest else "changed", f"sha256 {found or 'unreadable'}"))
    known = {*stated, PACKAGE, DIGEST}
    results += [Checked(name, "unlisted", "added since") for name in dict.fromkeys(names) if name not in known]
    if MANIFEST in names:
        results += _evidence(package)
    results += [Checked(name, "changed", "stands twice") for name in sorted(set(names)) if names.count(name) > 1]
    return results


def _stated(package: zipfile.ZipFile, path: Path) -> dict[str, str]:
    try:
        rows = _table(package, PACKAGE)["resources"]
        return {str(row["path"]): str(row["hash"]) for row in rows}
    except (*_UNREADABLE, KeyError, TypeError):
        raise DataError(f"its {PACKAGE} cannot be read", where=str(path), cure=_CURE) from None


def _against_digest(package: zipfile.ZipFile) -> Checked:
    try:
        stated = str(_table(package, DIGEST)["hash"])
    except KeyError:
        return Checked(PACKAGE, "changed", f"{DIGEST} is missing or states no hash")
    except (*_UNREADABLE, TypeError):
        return Checked(DIGEST, "changed", "cannot be read")
    found = _sha256(package, PACKAGE)
    return Checked(PACKAGE, "whole" if found == stated else "changed", f"sha256 {found}")


def _table(package: zipfile.ZipFile, name: str) -> Any:
    """A JSON member. Raises KeyError, TypeError, and what is in _UNREADABLE."""
    if package.getinfo(name).file_size > _LARGEST_TABLE:
        raise ValueError(name)
    return json.loads(package.read(name))


def _sha256(package: zipfile.ZipFile, name: str) -> str:
    """``sha256:…`` of a member; empty when its bytes cannot be read."""
    digest, size = hashlib.sha256(), 0
    try:
        with package.open(name) as member:
            while chunk := member.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > _LARGEST_MEMBER:
                    return ""
    except _UNREADABLE:
        return ""
    return f"sha256:{digest.hexdigest()}"


def stamp_of(path: Path) -> Stamp | None:
    """The time stamp of a package that :func:`check_wacz` could read; None: it carries none."""
    with zipfile.ZipFile(path) as package:
        try:
            stated = _table(package, DIGEST).get("timestamp")
            if not stated:
                return None
            if "response" not in stated:
                return Stamp(b"", b"", str(stated.get("problem", ""))[:200])
            data = package.read(PACKAGE) if package.getinfo(PACKAGE).file_size <= _LARGEST_TABLE else b""
            return Stamp(data, base64.b64decode(stated["response"], validate=True))
        except (*_UNREADABLE, TypeError, AttributeError, KeyError):
            return Stamp(b"", b"", "cannot be read")


def _evidence(package: zipfile.ZipFile) -> list[Checked]:
    """The records against the list of where they come from, and that against the hash chain."""
    try:
        entries, places = list(_lines(package, MANIFEST)), list(_lines(package, RECORDS))
        if any(name not in entry for entry in entries for name in (*HASHED, "hash")):
            return [Checked(MANIFEST, "changed", "an entry has not all its fields")]
        found = [
            Checked(f"{MANIFEST}: {one.file}".rstrip(": "), one.state, one.detail)
            for one in (breaks(entries, first=int(entries[0]["number"])) if entries else ())
        ]
        return [*found, *_records(package, entries, places)]
    except (*_UNREADABLE, KeyError, TypeError, IndexError, AttributeError):
        return [Checked(MANIFEST, "changed", "it or the list of records cannot be read")]


def _records(
    package: zipfile.ZipFile, entries: list[dict[str, Any]], places: list[dict[str, Any]]
) -> Iterator[Checked]:
    listed = {
        (str(entry["file"]), int(offset)): str(sha)
        for entry in entries for offset, _, sha in entry.get("records") or ()
    }  # fmt: skip
    there = {offset: sha for offset, _, sha in _payloads(package)}
    whole = 0
    for place in places:
        name = f"{WARC}: {place['url']}"
        found = there.pop(int(place["offset"]), None)
        wanted = listed.get((str(place["file"]), int(place["file_offset"])))
        if found is None:
            yield Checked(name, "missing", f"no record at byte {place['offset']}")
        elif wanted is None:
            yield Checked(name, "unlisted", f"the manifest does not list it in {place['file']}")
        elif found != wanted:
            yield Checked(name, "changed", f"payload sha256 {found}, when it was received {wanted}")
        else:
            whole += 1
    for offset in there:
        yield Checked(f"{WARC}: byte {offset}", "unlisted", "a record that was not exported")
    if whole == len(places) and not there:
        first, last = (entries[0]["number"], entries[-1]["number"]) if entries else (0, 0)
        yield Checked(f"{WARC}: records", "whole", f"{whole}, as entries {first} to {last} of the manifest list them")


def _payloads(package: zipfile.ZipFile) -> list[tuple[int, int, str]]:
    if WARC not in package.namelist() or package.getinfo(WARC).file_size > _LARGEST_MEMBER:
        return []
    with tempfile.TemporaryDirectory(prefix="soatin-verify-") as folder:
        copy = Path(folder) / "data.warc.gz"
        try:
            with package.open(WARC) as member, copy.open("wb") as file:
                shutil.copyfileobj(member, file, _CHUNK)
        except _UNREADABLE:
            pass  # the member itself was named as changed; what could be read is looked at
        return payloads(copy) if copy.exists() else []


def _lines(package: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    """JSON Lines of a member. Raises KeyError, TypeError, and what is in _UNREADABLE."""
    if package.getinfo(name).file_size > _LARGEST_TABLE:
        raise ValueError(name)
    for line in filter(None, package.read(name).decode("utf-8").split("\n")):
        row = json.loads(line)
        if not isinstance(row, Mapping):
            raise TypeError(name)
        yield dict(row)
