"""What lies in an evidence file: WARC and ARC records, record by record, of our own crawl or of any other."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from core import clock
from core.errors import DataError
from core.model.documents import sha256_hex
from crawlers.evidence.payloads import header_is_whole
from crawlers.page.encodings import UndecodableError, decompress

MAX_BODY = 64 * 1024 * 1024
"""No page is larger, and records of other crawlers may be anything: larger ones are reported, not read."""
_PLAIN = (b"<", b"{", b"[", b"%PDF")
"""How bodies begin that are not compressed, whatever their header says."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. ``raw`` is the payload as received, ``headers`` those of the response as received.
    ``refers_to``: the address whose earlier record holds the payload of a revisit.
    """

    type: str
    url: str
    date: datetime
    offset: int
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes = b""
    source: str = ""
    role: str = ""
    requested: str = ""
    digest: str = ""
    whole: bool = True
    refers_to: str = ""

    @property
    def body(self) -> bytes:
        """The payload without content encoding; as it is when another crawler kept it decoded and its header as
        received. Raises encodings.TooLargeError or UndecodableError.
        """
        try:
            return decompress(self.raw, self.header("content-encoding"), MAX_BODY)
        except UndecodableError:
            if self.raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAIN):
                return self.raw
            raise

    @property
    def sha256(self) -> str:
        """Hash of the payload as received, as in ``WARC-Payload-Digest``."""
        return sha256_hex(self.raw)

    @property
    def genuine(self) -> bool:
        """Whether the payload has the SHA-256 that was written with it (true when none was)."""
        return not self.digest.startswith("sha256:") or self.digest == f"sha256:{self.sha256}"

    def header(self, name: str) -> str:
        """All values of a response header, joined by commas; empty when there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


def read_records(path: Path) -> Iterator[Record]:
    """The records of a WARC file, gzipped or not, in order; a record that is cut has ``whole`` False and is
    the last. Raises DataError when the file is missing or no WARC.
    """
    try:
        with path.open("rb") as file:
            yield from _records(file, path)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=str(path), cure="check the path") from None


def read_record(path: Path, offset: int) -> Record:
    """The one record at ``offset`` bytes. Raises DataError when there is none."""
    if not path.is_file():
        raise DataError("no such evidence file", where=str(path), cure="restore it from the backup")
    with path.open("rb") as file:
        file.seek(offset)
        for record in _records(file, path):
            if record.whole:
                return record
            break
    raise DataError(f"no whole record at offset {offset}", where=str(path), cure="restore the file from the backup")


def _records(file: BinaryIO, path: Path) -> Iterator[Record]:
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 -- heavy
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 -- heavy

    iterator, end, size = ArchiveIterator(file), file.tell(), os.fstat(file.fileno()).st_size
    while True:
        try:
            raw = next(iterator, None)
            record = _record(raw) if raw is not None else None
            if record is not None:
                record = replace(record, offset=iterator.get_record_offset())
                end = record.offset + iterator.get_record_length()
        except ArchiveLoadFailed as error:
            if not end:
                cure = "give HTML or WARC (.warc, .warc.gz)"
                raise DataError("is no WARC file", where=str(path), cure=cure) from error
            yield Record("", "", clock.now(), end, whole=False)
            return
        except (EOFError, zlib.error, ValueError, OSError, TypeError, AttributeError):  # what warcio lets through
            yield Record("", "", clock.now(), end, whole=False)
            return
        if record is None:
            file.seek(min(end, size))
            if file.read(64).strip():  # bytes after the last record that warcio passed over
                yield Record("", "", clock.now(), end, whole=False)
            return
        yield record
        if not record.whole:
            return


def _record(raw: Any) -> Record:
    header = raw.rec_headers.get_header
    http = raw.http_headers
    payload = raw.raw_stream.read(MAX_BODY + 1)
    # What is past the limit is whole, reading refuses it by its size.
    whole = header_is_whole(raw) and (len(payload) > MAX_BODY or raw.raw_stream.limit <= 0)
    headers = tuple((str(k), str(v)) for k, v in http.headers) if http else ()
    chunked = any(k.lower() == "transfer-encoding" and "chunked" in v.lower() for k, v in headers)
    if chunked:
        payload = _unchunk(payload)
    code = http.get_statuscode() if http else ""
    return Record(
        type=raw.rec_type,
        url=(header("WARC-Target-URI") or "").strip("<>"),
        date=_date(header("WARC-Date")),
        offset=0,
        status=int(code) if code and code.isdigit() else 0,
        headers=headers,
        raw=payload,
        source=header("Soatin-Source") or "",
        role=header("Soatin-Role") or "",
        requested=header("Soatin-Requested") or "",
        digest=header("WARC-Payload-Digest") or "",
        whole=whole,
        refers_to=header("WARC-Refers-To-Target-URI") or "",
    )


def _unchunk(payload: bytes) -> bytes:
    """Other crawlers keep chunked bodies as they came; ours are written without."""
    from warcio.bufferedreaders import ChunkedDataReader  # noqa: PLC0415 -- heavy

    return bytes(ChunkedDataReader(io.BytesIO(payload)).read())


def _date(value: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
