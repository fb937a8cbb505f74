"""Files that are gzip themselves (rss.xml.gz, sitemap.xml.gz), whatever the transfer was."""

from __future__ import annotations

from crawlers.evidence.records import MAX_BODY
from crawlers.page.encodings import TooLargeError, UndecodableError, decompress

_MAGIC = b"\x1f\x8b"


def unpacked(body: bytes) -> bytes:
    """The file without its gzip; as it is when it has none; b'' when it is broken or too large."""
    if not body.startswith(_MAGIC):
        return body
    try:
        return decompress(body, "gzip", MAX_BODY)
    except (TooLargeError, UndecodableError):
        return b""
