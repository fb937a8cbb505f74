"""The payloads of an evidence file: what the evidence manifest lists of it."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any

from core.manifest import Payload

_CHUNK = 1 << 20


def header_is_whole(record: Any) -> bool:
    """Whether the header of a warcio record was not cut: its last line, the length, is there (warcio takes an empty
    one for none).
    """
    return (record.rec_headers.get_header("Content-Length") or "").strip().isdigit()


def payloads(path: Path) -> list[Payload]:
    """Offset, length and SHA-256 of the payload (after the HTTP header, as received) of every record, in order; of a
    file that is cut or broken those before the break. Payloads of any size are read in pieces. Raises OSError.
    """
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 -- heavy
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 -- heavy

    found: list[Payload] = []
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        while True:
            try:
                record = next(iterator, None)
                if record is None:
                    return found
                digest = hashlib.sha256()
                while chunk := record.raw_stream.read(_CHUNK):
                    digest.update(chunk)
                length = iterator.get_record_length()
            except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, OSError, TypeError, AttributeError):
                return found  # what warcio lets through for broken files, as in crawlers.evidence.warc
            if not header_is_whole(record) or record.raw_stream.limit > 0:
                return found
            found.append((iterator.get_record_offset(), length, digest.hexdigest()))
