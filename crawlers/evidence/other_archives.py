"""Archives of other crawlers, made into WARC files of one gzip member a record: WACZ, ARC, WARC gzipped as a whole.

What a record holds stays byte for byte. Archives may be bombs: nothing is unpacked past a limit.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import DataError

_MOST = 4 * 1024**3
"""Bytes that an archive may have when it is unpacked."""
_CHUNK = 1 << 20
_HEAD = 512
_WARC, _ARC, _ZIP, _GZIP = b"WARC/", b"filedesc://", b"PK\x03\x04", b"\x1f\x8b"
_CURE = "give HTML, PDF, WARC, ARC or WACZ"


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of crawled pages by how it begins, or by its name. Raises OSError."""
    head = _beginning(path)
    return (
        head.startswith((_WARC, _ARC)) or (head.startswith(_ZIP) and zipfile.is_zipfile(path)) or ".warc" in path.name
    )


def as_warcs(path: Path, folder: Path) -> list[Path]:
    """The WARC files with the records of an archive: the file itself, or new ones in ``folder``. Raises DataError when
    it is no archive or unpacks to more than 4 GiB, OSError.
    """
    with path.open("rb") as file:
        zipped = file.read(4) == _ZIP
    if zipped:
        return _from_wacz(path, folder)
    head = _beginning(path)
    if head.startswith(_ARC):
        return [_from_arc(path, folder)]
    if _is_whole_gzip(path):
        return [_by_record(path, folder)]
    return [path]


def _beginning(path: Path) -> bytes:
    """The first bytes, unpacked where the file is gzip; b'' when that fails."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(_GZIP):
        return head
    try:
        return zlib.decompressobj(31).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _from_wacz(path: Path, folder: Path) -> list[Path]:
    found: list[Path] = []
    try:
        with zipfile.ZipFile(path) as package:
            names = [i for i in package.infolist() if i.filename.startswith("archive/") and not i.is_dir()]
            if sum(info.file_size for info in names) > _MOST:
                raise DataError(f"its WARC files have more than {_MOST} bytes", where=str(path), cure="split it")
            for number, info in enumerate(names, 1):
                target = folder / f"{path.stem}-{number}.warc.gz"
                with package.open(info) as inner, target.open("wb") as out:
                    _copied(inner, out, path)
                found += as_warcs(target, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"WACZ: cannot be unpacked ({error})", where=str(path), cure=_CURE) from None
    if not found:
        raise DataError("is a zip file without archive/ in it, so no WACZ", where=str(path), cure=_CURE)
    return found


def _copied(inner: Any, out: BinaryIO, path: Path) -> None:
    """Copy a stream up to the limit: what a file says of its own size is not believed."""
    size = 0
    while chunk := inner.read(_CHUNK):
        size += len(chunk)
        if size > _MOST:
            raise DataError(f"unpacks to more than {_MOST} bytes", where=str(path), cure="split it")
        out.write(chunk)


def _from_arc(path: Path, folder: Path) -> Path:
    """ARC (1.0, of older crawls): each record as the response record that it would be in a WARC file."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 -- heavy
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 -- heavy
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415 -- heavy

    target = folder / f"{path.name}.warc.gz"
    with path.open("rb") as file, target.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        try:
            for record in ArchiveIterator(file, arc2warc=True):
                writer.write_record(record)
        except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, TypeError, AttributeError) as error:
            if not target.stat().st_size and not out.tell():
                raise DataError(f"ARC: cannot be read ({error})", where=str(path), cure=_CURE) from None
            out.write(b"broken off")  # what came before is read, and that it is cut is said
    return target


def _is_whole_gzip(path: Path) -> bool:
    """Whether the first gzip member holds more than the first WARC record."""
    with path.open("rb") as file:
        if file.read(2) != _GZIP:
            return False
        file.seek(0)
        unpacker, text = zlib.decompressobj(31), b""
        try:
            while not unpacker.eof and len(text) < _CHUNK and (chunk := file.read(_CHUNK)):
                text += unpacker.decompress(unpacker.unconsumed_tail + chunk, _CHUNK - len(text))
        except zlib.error:
            return False
    head, found, rest = text.partition(b"\r\n\r\n")
    length = _length(head)
    if not found or not head.startswith(_WARC) or length is None:
        return False
    if length + 4 < len(rest):
        return True
    # A first record that is longer than what was looked at: the member's end tells.
    return not unpacker.eof and _members_hold_more(path, len(head) + 4 + length + 4)


def _members_hold_more(path: Path, record: int) -> bool:
    """Whether the first member unpacks to more than ``record`` bytes."""
    with path.open("rb") as file:
        unpacker, size = zlib.decompressobj(31), 0
        try:
            while not unpacker.eof and size <= record and (chunk := file.read(_CHUNK)):
                while chunk and size <= record:
                    size += len(unpacker.decompress(chunk, _CHUNK))
                    chunk = unpacker.unconsumed_tail
        except zlib.error:
            return False
    return size > record


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return None


def _by_record(path: Path, folder: Path) -> Path:
    """The same records with a gzip member each, so that each can be read by its offset."""
    target = folder / f"{path.name.removesuffix('.gz').removesuffix('.warc')}-records.warc.gz"
    with tempfile.TemporaryFile(dir=folder) as plain, target.open("wb") as out:
        with path.open("rb") as packed:
            _copied(_Unpacked(packed), plain, path)
        for start, end in _records_of(plain):
            plain.seek(start)
            with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as member:
                shutil.copyfileobj(_Part(plain, end - start), member)
    return target


class _Unpacked:
    """A gzip file as it reads, up to where it breaks off: the reader of the records says that the last one is cut."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._unpacker, self._rest = file, zlib.decompressobj(31), b""

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; b'' at the end or break."""
        while True:
            packed = self._rest or self._file.read(_CHUNK)
            if not packed:
                return b""
            try:
                piece = self._unpacker.decompress(packed, size)
            except zlib.error:
                return b""
            self._rest = self._unpacker.unconsumed_tail
            if self._unpacker.eof:
                self._rest, self._unpacker = self._unpacker.unused_data, zlib.decompressobj(31)
            if piece:
                return piece


class _Part:
    """So many bytes of a file from where it stands."""

    def __init__(self, file: Any, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes of what is left."""
        piece: bytes = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece


def _records_of(plain: Any) -> Iterator[tuple[int, int]]:
    """Where the records of a WARC file that is not compressed begin and end; what cannot be a record is one."""
    plain.seek(0, 2)
    size, start = plain.tell(), 0
    while start < size:
        plain.seek(start)
        head = plain.read(_CHUNK)
        length, found = _length(head.partition(b"\r\n\r\n")[0]), head.find(b"\r\n\r\n")
        end = size if length is None or found < 0 else min(size, start + found + 4 + length + 4)
        yield start, end
        start = end
