"""From received bytes to text: content encodings with a limit, and the charsets of Vietnamese pages."""

from __future__ import annotations

import re
import unicodedata
import zlib

from crawlers.page import charsets

ENCODINGS = ("gzip", "x-gzip", "deflate", "br")
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE
)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ufffd]")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_VIETNAMESE = 0.75
"""Share of Vietnamese syllables from which a page is not in one of the old fonts."""
_UNUSUAL = re.compile(
    "[\u0300-\u1dff\u1f00-\u200a\u20d0-\u20ff\u2126-\u212b\u2329\u232a\u2adc\u2cef-\u2dff\u302a-\u30ff\ua66f-\uabff\uac00-\ud7ff\uf900-\ufdff"
    "\ufe20-\ufe2f\U00010000-\U0001efff\U0002f800-\U0002fa1f]"
)
"""Every character that NFC may change, and others: pages without one are looked through faster than normalised."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class TooLargeError(Exception):
    """A body grows past the limit when it is decompressed."""


class UndecodableError(Exception):
    """A body cannot be decompressed or is no text in any charset known here."""


def decompress(body: bytes, content_encoding: str, limit: int) -> bytes:
    """The body without its content encodings, at most ``limit`` bytes at any step.

    Raises TooLargeError past the limit (a bomb is never expanded), UndecodableError for broken data or more
    than three layers. An unknown encoding is left as it is.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip() not in ("", "identity")]
    if len(names) > 3:
        raise UndecodableError(f"{len(names)} content encodings")
    for name in reversed(names):
        if name not in ENCODINGS:
            return body
        body = _brotli(body, limit) if name == "br" else _inflate(body, name, limit)
    return body


def _inflate(body: bytes, name: str, limit: int) -> bytes:
    """Gzip or deflate; what came before an error in the middle is kept, as browsers do."""
    problem = ""
    for wbits in [47] if name != "deflate" else [47, -15]:  # 47: zlib or gzip header; -15: raw, as some servers send
        out, rest = b"", body
        while rest:
            inflater = zlib.decompressobj(wbits)
            try:
                out += inflater.decompress(rest, limit - len(out) + 1)
            except zlib.error as error:
                problem = str(error)
                break
            if len(out) > limit:
                raise TooLargeError
            rest = inflater.unused_data.lstrip(b"\0") if inflater.eof else b""
        if out or not rest:
            return out
    raise UndecodableError(problem)


def _brotli(body: bytes, limit: int) -> bytes:
    import brotli  # type: ignore[import-untyped]  # it ships no types  # noqa: PLC0415 -- only for answers that use it

    inflater, out = brotli.Decompressor(), b""
    try:
        while not inflater.is_finished():
            chunk = inflater.process(body, output_buffer_limit=min(1 << 20, limit + 1))
            body = b""
            out += chunk
            if len(out) > limit:
                raise TooLargeError
            if not chunk and inflater.can_accept_more_data():
                break
    except brotli.error as error:
        raise UndecodableError(str(error)) from None
    return out


def to_text(body: bytes, content_type: str = "") -> str:
    """The text of a page in NFC, whatever charset it is in or claims to be in.

    Order: byte order mark; UTF-16 by its zero bytes; valid UTF-8 (nothing else looks like it); then the
    declared charset, windows-1258 and UTF-8 with errors compete by how much of the result is readable
    Vietnamese, and TCVN3 and VNI-Windows by how many of its words are Vietnamese syllables. Valid UTF-8 is
    looked at for those two only where it asks for one of their fonts. Raises UndecodableError when none gives text.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(charset, errors="replace"))
    if charset := _utf16(body):
        return _clean(body.decode(charset, errors="replace"))
    try:
        valid = _clean(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    else:
        if charsets.names_old_font(valid):
            return _clean(charsets.restored(valid))
        return _clean(charsets.decoded_again(valid)) if charsets.seems_encoded_twice(valid) else valid
    candidates = [*_declared(body, content_type), "windows-1258", "utf-8", "windows-1252"]
    texts = [text for charset in dict.fromkeys(candidates) if (text := _try(body, charset)) is not None]
    best = _clean(max(texts, key=_readable))
    return best if charsets.syllables(best) > _VIETNAMESE else _old(body, best)


def _old(body: bytes, best: str) -> str:
    """The page in TCVN3 or VNI-Windows, if that is what it is."""
    given = body.decode("cp1252", errors="replace")
    found = charsets.restored(given)
    return best if found is given else _clean(found)


def _utf16(body: bytes) -> str:
    """Which UTF-16 a body without mark is: markup is mostly ASCII, so every other byte is zero."""
    head = body[:4096]
    half = len(head) // 2
    if half < 8:
        return ""
    if head[1::2].count(0) > half * 0.6 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if head[::2].count(0) > half * 0.6 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    header = re.search(r"charset\s*=\s*[\"']?([\w:.-]+)", content_type, re.IGNORECASE)
    meta = _META.search(body[:4096])
    return [name.lower() for name in (header and header[1], meta and meta[1].decode("ascii")) if name]


def _try(body: bytes, charset: str) -> str | None:
    try:
        return unicodedata.normalize("NFC", body.decode(charset, errors="replace"))
    except (LookupError, UnicodeError, ValueError):
        return None


def _readable(text: str) -> float:
    """Higher is better: letters with Vietnamese marks, against replacement marks and stray symbols."""
    sample = text[:200_000]
    odd = [c for c in sample if ord(c) > 127]
    good = sum(1 for c in odd if "\u1ea0" <= c <= "\u1ef9" or c in "ăâđêôơưĂÂĐÊÔƠƯàáãèéìíòóõùúýÀÁÃÈÉÌÍÒÓÕÙÚÝĩũĨŨ")
    bad = sum(1 for c in odd if c == "\ufffd" or unicodedata.category(c) in ("Cc", "So", "Sc", "Lm", "Mn"))
    marked = sum(1 for c in odd if "\u1ea0" <= c <= "\u1ef9")
    return (good + 2 * marked - 3 * bad) / (len(odd) or 1)


def _clean(text: str) -> str:
    """NFC without what XML cannot hold; raises UndecodableError when most of it is no text."""
    sample = text[:100_000]
    controls = len(_NO_TEXT.findall(sample))
    if controls > 20 and controls > len(sample) * 0.05:
        raise UndecodableError("no charset gives text")
    text = _NO_XML.sub("", text)
    return unicodedata.normalize("NFC", text) if _UNUSUAL.search(text) else text
