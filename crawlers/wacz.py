"""One file to hand over: evidence records in a WACZ 1.1.1 package (https://specs.webrecorder.net/wacz/1.1.1/).

A zip with ``archive/data.warc.gz`` (the records, byte for byte as they lie in the evidence files),
``indexes/index.cdxj``, ``pages/pages.jsonl``, ``datapackage.json`` (SHA-256 of each of these) and
``datapackage-digest.json`` (SHA-256 of that).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import DataError
from crawlers.warc import Record, read_record

WARC, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdxj", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
_CHUNK = 1 << 20
_CURE = "give a file that `soatin evidence export` wrote, or export it anew"
_MOST_MEMBERS = 10_000
_LARGEST_TABLE = 64 << 20  # bytes of a JSON member; evidence itself may be larger and is read in pieces
_LARGEST_MEMBER = 8 << 30


@dataclass(frozen=True, slots=True)
class Item:
    """A record to take along: evidence file, byte offset, and the title that the list of pages shows."""

    file: Path
    offset: int
    title: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one member of a package: ``state`` is whole, changed, missing or unlisted."""

    file: str
    state: str
    detail: str = ""


def write_wacz(path: Path, items: Sequence[Item], *, title: str, made: datetime) -> int:
    """Write the package beside its place and move it there when whole; returns the number of records. A record named
    twice is taken once. Raises DataError when there is none, or when one cannot be read or was changed.
    """
    unique = list({(item.file, item.offset): item for item in items}.values())
    if not unique:
        raise DataError("no evidence to export", where=title, cure="only crawled documents have some")
    warc, index, pages = bytearray(), [], [_line({"format": "json-pages-1.0", "id": "pages", "title": title})]
    for number, item in enumerate(unique, 1):
        record, raw = read_record(item.file, item.offset), _member(item)
        if not record.genuine:
            raise DataError(f"the record at {item.offset} was changed", where=str(item.file), cure="restore the backup")
        index.append(_index_line(record, len(warc), len(raw)))
        stamp = record.date.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        pages.append(_line({"id": str(number), "url": record.url, "ts": stamp, "title": item.title}))
        warc += raw
    members = {WARC: bytes(warc), INDEX: "".join(sorted(index)).encode(), PAGES: "".join(pages).encode()}
    _write(path, members, title, made)
    return len(unique)


def check_wacz(path: Path) -> list[Checked]:
    """Compare every member with the hash that the package states; nothing but the file is asked. Raises DataError for
    what is no WACZ.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _check(package, path)
    except (OSError, zipfile.BadZipFile) as error:
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
    results += [Checked(name, "changed", "stands twice") for name in sorted(set(names)) if names.count(name) > 1]
    return results


def _stated(package: zipfile.ZipFile, path: Path) -> dict[str, str]:
    try:
        rows = _table(package, PACKAGE)["resources"]
        return {str(row["path"]): str(row["hash"]) for row in rows}
    except (ValueError, KeyError, TypeError, RuntimeError, NotImplementedError):
        raise DataError(f"its {PACKAGE} cannot be read", where=str(path), cure=_CURE) from None


def _against_digest(package: zipfile.ZipFile) -> Checked:
    try:
        stated = str(_table(package, DIGEST)["hash"])
    except KeyError:
        return Checked(PACKAGE, "changed", f"{DIGEST} is missing or states no hash")
    except (ValueError, TypeError, zipfile.BadZipFile):
        return Checked(DIGEST, "changed", "cannot be read")
    found = _sha256(package, PACKAGE)
    return Checked(PACKAGE, "whole" if found == stated else "changed", f"sha256 {found}")


def _table(package: zipfile.ZipFile, name: str) -> Any:
    """A JSON member. Raises KeyError, ValueError, TypeError, BadZipFile."""
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
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        return ""
    return f"sha256:{digest.hexdigest()}"


def _member(item: Item) -> bytes:
    """The gzip member at an offset as it lies in the evidence file; of an uncompressed file, made one."""
    import zlib

    from warcio.archiveiterator import ArchiveIterator

    with item.file.open("rb") as file:
        file.seek(item.offset)
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(item.offset)
        if packed:
            unpacker, kept = zlib.decompressobj(31), bytearray()
            while not unpacker.eof and (chunk := file.read(_CHUNK)):
                unpacker.decompress(chunk)
                kept += chunk[: len(chunk) - len(unpacker.unused_data)]
            return bytes(kept)
        iterator = ArchiveIterator(file)
        next(iterator)
        iterator.read_to_end()
        length = iterator.get_record_length()
        file.seek(item.offset)
        return gzip.compress(file.read(length), mtime=0)


def _index_line(record: Record, offset: int, length: int) -> str:
    data = {
        "url": record.url, "mime": record.header("content-type").split(";")[0].strip() or "application/octet-stream",
        "status": str(record.status), "digest": f"sha256:{record.sha256}", "length": str(length), "offset": str(offset),
        "filename": WARC.rpartition("/")[2],
    }  # fmt: skip
    return f"{_surt(record.url)} {record.date.astimezone(UTC):%Y%m%d%H%M%S} {_line(data)}"


def _surt(url: str) -> str:
    """The sort key of an address: host parts turned round, as CDXJ wants it."""
    parts = urlsplit(url.lower())
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}".replace(" ", "%20")


def _line(data: dict[str, str]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _write(path: Path, members: dict[str, bytes], title: str, made: datetime) -> None:
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": _hash(body), "bytes": len(body)}
        for name, body in members.items()
    ]
    package = {
        "profile": "data-package", "wacz_version": "1.1.1", "software": "soatin", "title": title,
        "created": made.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), "resources": resources,
    }  # fmt: skip
    described = json.dumps(package, ensure_ascii=False, indent=2).encode()
    digest = json.dumps({"path": PACKAGE, "hash": _hash(described)}, indent=2).encode()
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(fresh, "w") as file:
            for name, body in {**members, PACKAGE: described, DIGEST: digest}.items():
                # Players seek in the archive, so it is stored as it is.
                info = zipfile.ZipInfo(name, made.astimezone(UTC).timetuple()[:6])
                info.compress_type = zipfile.ZIP_STORED if name == WARC else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                file.writestr(info, body)
        fresh.replace(path)
    except OSError as error:
        raise DataError(f"cannot be written ({error.strerror})", where=str(path), cure="name another place") from None
    finally:
        fresh.unlink(missing_ok=True)


def _hash(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
