"""One file to hand over: evidence records in a WACZ 1.1.1 package (https://specs.webrecorder.net/wacz/1.1.1/).

A zip with ``archive/data.warc.gz`` (the records, byte for byte as they lie in the evidence files),
``indexes/index.cdx``, ``pages/pages.jsonl``, pictures of the pages, ``evidence/``, ``datapackage.json`` (SHA-256 of
each of these) and ``datapackage-digest.json`` (SHA-256 of that, and a time stamp over it where there is one).

Our own part: ``evidence/manifest.jsonl`` is the hash chain of the evidence files (core.manifest) from the first file
concerned to its end; ``evidence/records.jsonl`` says of each record in which of these files it lies, and where;
``evidence/about.json`` what was made how, and what could not be made; ``evidence/README.txt`` how to check it all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import DataError
from crawlers.evidence.records import Record, read_record
from crawlers.evidence.screenshot import HOW, Pictures

WARC, INDEX, PAGES = "archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"
MANIFEST, RECORDS, ABOUT, README = (
    f"evidence/{name}" for name in ("manifest.jsonl", "records.jsonl", "about.json", "README.txt")
)
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
_CHUNK = 1 << 20
_README = Path(__file__).with_name("wacz_readme.txt")


@dataclass(frozen=True, slots=True)
class Item:
    """A record to take along: evidence file, byte offset, and the title that the list of pages shows."""

    file: Path
    offset: int
    title: str


@dataclass(frozen=True)
class Frame:
    """What goes around the records: title, time, the manifest's entries, who draws pictures, who stamps the digest.

    ``stamp`` is given the bytes of ``datapackage.json`` and gives what is written beside their digest.
    """

    title: str
    made: datetime
    manifest: Sequence[Mapping[str, Any]] = ()
    draw: Callable[[Sequence[Record]], Pictures] = lambda _records: Pictures()
    stamp: Callable[[bytes], Mapping[str, str]] = lambda _data: {}


@dataclass(frozen=True)
class Written:
    """What a package holds: number of records and pictures, why pictures are missing, digest, time stamp."""

    records: int
    pictures: int
    digest: str
    stamp: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""


def write_wacz(path: Path, items: Sequence[Item], frame: Frame) -> Written:
    """Write the package beside its place, for its owner alone to read, and move it there when whole. A record named
    twice is taken once. Raises DataError when there is none, or when one cannot be read or was changed.
    """
    unique = list({(item.file, item.offset): item for item in items}.values())
    if not unique:
        raise DataError("no evidence to export", where=frame.title, cure="only crawled documents have some")
    records = [read_record(item.file, item.offset) for item in unique]
    for item, record in zip(unique, records, strict=True):
        if not record.genuine:
            raise DataError(f"the record at {item.offset} was changed", where=str(item.file), cure="restore the backup")
    members = _archive(unique, records, frame.title)
    pictures = frame.draw(records)
    members |= {f"screenshots/{number + 1:04d}.png": body for number, body in sorted(pictures.files.items())}
    members[MANIFEST] = "".join(_line(dict(entry)) for entry in frame.manifest).encode()
    members[ABOUT] = json.dumps(_about(records, pictures, frame), ensure_ascii=False, indent=1).encode()
    members[README] = _README.read_bytes()
    digest, stamp = _write(path, members, frame)
    why = pictures.problem or "; ".join(sorted(set(pictures.missing.values())))
    return Written(len(unique), len(pictures.files), digest, stamp, why)


def _archive(items: Sequence[Item], records: Sequence[Record], title: str) -> dict[str, bytes]:
    """The records with their index, the list of pages, and where each record comes from."""
    warc, index, kept = bytearray(), list[str](), list[str]()
    pages = [_line({"format": "json-pages-1.0", "id": "pages", "title": title})]
    for number, (item, record) in enumerate(zip(items, records, strict=True), 1):
        raw = _member(item)
        index.append(_index_line(record, len(warc), len(raw)))
        stamp = record.date.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        pages.append(_line({"id": str(number), "url": record.url, "ts": stamp, "title": item.title}))
        place = {"offset": len(warc), "length": len(raw), "file": item.file.name, "file_offset": item.offset}
        kept.append(_line({"url": record.url, "date": stamp, **place}))
        warc += raw
    texts = {INDEX: sorted(index), PAGES: pages, RECORDS: kept}
    return {WARC: bytes(warc)} | {name: "".join(lines).encode() for name, lines in texts.items()}


def _about(records: Sequence[Record], pictures: Pictures, frame: Frame) -> dict[str, Any]:
    """What is in the package, how its pictures were made, and what is missing with the reason."""
    drawn = [{"url": records[n].url, "file": f"screenshots/{n + 1:04d}.png"} for n in sorted(pictures.files)]
    missing = [{"url": records[n].url, "why": why} for n, why in sorted(pictures.missing.items())]
    return {
        "title": frame.title,
        "made": _utc(frame.made),
        "pictures": {"by": pictures.by, "how": HOW if drawn else "", "drawn": drawn, "missing": missing},
        "manifest": {
            "first": frame.manifest[0]["number"] if frame.manifest else 0,
            "last": frame.manifest[-1]["number"] if frame.manifest else 0,
            "hash": frame.manifest[-1]["hash"] if frame.manifest else "",
        },
    }


def _member(item: Item) -> bytes:
    """The gzip member at an offset as it lies in the evidence file; of an uncompressed file, made one."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 -- heavy

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
    name = parts.hostname or ""
    host = name if name.replace(".", "").isdigit() or ":" in name else ",".join(reversed(name.split(".")))
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}){parts.path or '/'}{query}".replace(" ", "%20")


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _write(path: Path, members: Mapping[str, bytes], frame: Frame) -> tuple[str, Mapping[str, str]]:
    """Write the zip; digest of ``datapackage.json`` and what the stamp gave."""
    made = frame.made.astimezone(UTC)
    names = [name.lower().replace("/", "-").replace("_", "-") for name in members]
    resources = [
        {"name": short, "path": name, "hash": _hash(body), "bytes": len(body)}
        for short, (name, body) in zip(names, members.items(), strict=True)
    ]
    package = {
        "profile": "data-package", "wacz_version": "1.1.1", "software": "soatin", "title": frame.title,
        "created": _utc(made), "resources": resources,
    }  # fmt: skip
    described = json.dumps(package, ensure_ascii=False, indent=2).encode()
    stamp = frame.stamp(described)
    stated = {"path": PACKAGE, "hash": _hash(described)} | ({"timestamp": dict(stamp)} if stamp else {})
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.touch(0o600)
        with zipfile.ZipFile(fresh, "w") as file:
            for name, body in {**members, PACKAGE: described, DIGEST: json.dumps(stated, indent=2).encode()}.items():
                # Players seek in the archive, so it is stored as it is.
                info = zipfile.ZipInfo(name, made.timetuple()[:6])
                info.compress_type = zipfile.ZIP_STORED if name.endswith((".gz", ".png")) else zipfile.ZIP_DEFLATED
                info.external_attr = 0o644 << 16
                file.writestr(info, body)
        fresh.replace(path)
    except OSError as error:
        raise DataError(f"cannot be written ({error.strerror})", where=str(path), cure="name another place") from None
    finally:
        fresh.unlink(missing_ok=True)
    return _hash(described), stamp


def _hash(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
