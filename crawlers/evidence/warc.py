"""Evidence files: WARC 1.1, one record a response, one gzip member a record, SHA-256 over payload and block.

A file is called ``NAME.warc.gz.open`` and is locked while a crawl writes it; finished, it is renamed. Each
record is one write, so a crawl that is killed loses at most the record it was writing.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import secrets as random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from core import clock
from core.model.documents import sha256_hex
from core.model.drops import Drop, Fetched, Looked, Polled

ROTATE_BYTES = 200 * 1024 * 1024
OPEN = ".open"


class WarcWriter:
    """A WARC file that is being written, rotated at ``rotate`` bytes. Not for use by several threads."""

    def __init__(
        self, folder: Path, info: Mapping[str, str], rotate: int = ROTATE_BYTES, secrets: Sequence[str] = ()
    ) -> None:
        """``secrets``: words that are never written, whoever sends them; stars stand in their place."""
        folder.mkdir(parents=True, exist_ok=True)
        self._hidden = tuple(word for word in secrets if word)
        self._folder, self._info, self._rotate = folder, dict(info), rotate
        self._stem = f"{clock.now():%Y%m%dT%H%M%S}-{random.token_hex(4)}"
        self.finished: list[Path] = []
        self._count = 0
        self._file: BinaryIO | None = None
        self._path = folder

    def response(
        self,
        *,
        url: str,
        status: int,
        reason: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        soatin: Mapping[str, str],
    ) -> None:
        """Keep one response as received. ``soatin``: our own WARC headers without prefix (Source, Role ...)."""
        from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 -- heavy

        clean = [(_line(name), _line(value)) for name, value in headers]
        for word in self._hidden:
            clean = [(name, value.replace(word, "*" * len(word))) for name, value in clean]
        http = StatusAndHeaders(f"{status} {_line(reason)}".strip(), clean, protocol="HTTP/1.1")
        self._write(url, "response", body, soatin, http)

    def drop(self, drop: Drop) -> None:
        """Keep why something was not kept."""
        self._note("drop", drop.source, drop.url, asdict(drop))

    def fetched(self, fetched: Fetched) -> None:
        """Keep that an address need not be asked for again although it brought nothing to read."""
        self._note("fetched", fetched.source, "", {**asdict(fetched), "at": fetched.at.isoformat()})

    def looked(self, looked: Looked, url: str) -> None:
        """Keep what a second look at a flagged document found at ``url``."""
        self._note("looked", looked.source, url, {**asdict(looked), "at": looked.at.isoformat()})

    def polled(self, polled: Polled, counts: Mapping[str, int]) -> None:
        """Keep the outcome of one poll; ``counts`` are further numbers, e.g. off-host links passed over."""
        until = polled.not_before.isoformat() if polled.not_before else None
        data = {**asdict(polled), "at": polled.at.isoformat(), "not_before": until, "counts": dict(counts)}
        self._note("polled", polled.source, "", data)

    def _note(self, role: str, source: str, url: str, data: Mapping[str, Any]) -> None:
        body = json.dumps({role: data}, ensure_ascii=False).encode("utf-8", "replace")
        self._write(url or f"urn:soatin:{role}:{source}", "metadata", body, {"Source": source, "Role": role})

    def _write(self, url: str, kind: str, body: bytes, soatin: Mapping[str, str], http: Any = None) -> None:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 -- heavy

        if self._file is None:
            self._open()
        for word in self._hidden:
            body, url = body.replace(word.encode(), b"*" * len(word.encode())), url.replace(word, "*" * len(word))
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
        headers = {"WARC-Payload-Digest": f"sha256:{sha256_hex(body)}"}
        headers |= {f"Soatin-{name}": _line(value) for name, value in soatin.items() if value}
        if http is not None:
            http.compute_headers_buffer(None)
        headers["WARC-Block-Digest"] = f"sha256:{sha256_hex((http.headers_buff if http else b'') + body)}"
        content_type = "application/json" if kind == "metadata" else ""
        record = writer.create_warc_record(
            _line(url),
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict=headers,
            http_headers=http,
        )
        writer.write_record(record)
        self._append(buffer.getvalue())

    def _append(self, record: bytes) -> None:
        assert self._file is not None  # noqa: S101  # for the type checker: every caller has opened it
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._file.write(packer.compress(record) + packer.flush())
        if self._file.tell() >= self._rotate:
            self.close()

    def _open(self) -> None:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 -- heavy

        self._count += 1
        self._path = self._folder / f"{self._stem}-{self._count:03d}.warc.gz"
        hidden = self._folder / f".{self._path.name}.new"
        self._file = hidden.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # held before the name shows, so that nobody salvages a living file
        hidden.rename(self._open_path)
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
        record = writer.create_warcinfo_record(self._path.name, self._info)
        block = "".join(f"{name}: {value}\r\n" for name, value in self._info.items() if value).encode()
        record.rec_headers.add_header("WARC-Block-Digest", f"sha256:{sha256_hex(block)}")
        writer.write_record(record)
        self._append(buffer.getvalue())

    @property
    def _open_path(self) -> Path:
        return self._path.with_name(self._path.name + OPEN)

    def close(self) -> None:
        """Finish the present file; the next record begins a new one."""
        if self._file is None:
            return
        os.fsync(self._file.fileno())
        self._open_path.rename(self._path)
        self._file.close()
        self._file = None
        self.finished.append(self._path)


def _line(value: str) -> str:
    """A header value: one line, and nothing that UTF-8 cannot hold."""
    return value.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace").decode()


def salvage(warc_dir: Path) -> list[Path]:
    """Finish what killed crawls left: cut at the last whole record, say what was lost, rename.

    Files of a living crawl are locked and left alone. Returns the finished files.
    """
    finished = []
    for path in sorted(warc_dir.glob(f"*{OPEN}")):
        try:
            with path.open("r+b", buffering=0) as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                if os.fstat(file.fileno()).st_nlink and path.exists():
                    finished.append(_finish(path, file))
        except FileNotFoundError:  # another worker was faster
            continue
    for path in warc_dir.glob(".*.new"):  # killed between making a file and giving it its name: nothing in it
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if path.exists() and not path.stat().st_size and clock.now().timestamp() - path.stat().st_mtime > 60:
                path.unlink(missing_ok=True)
    return finished


def _finish(path: Path, file: BinaryIO) -> Path:
    end, size = _whole_bytes(file), os.fstat(file.fileno()).st_size
    if end < size:
        file.truncate(end)
        file.seek(end)
        note = WarcWriter(path.parent, {})
        note._file = file  # noqa: SLF001  # the same class writes one more record into the file that it finishes
        note.drop(Drop("crawl", "interrupted", "", detail=f"{size - end} bytes of the last record"))
    os.fsync(file.fileno())
    done = path.with_name(path.name.removesuffix(OPEN))
    path.rename(done)
    return done


def _whole_bytes(file: BinaryIO) -> int:
    """How many bytes of the file are whole gzip members."""
    file.seek(0)
    end, position, unpacker = 0, 0, zlib.decompressobj(31)
    while chunk := file.read(1 << 20):
        while chunk:
            try:
                unpacker.decompress(chunk)
            except zlib.error:
                return end
            if not unpacker.eof:
                position += len(chunk)
                break
            position += len(chunk) - len(unpacker.unused_data)
            end, chunk, unpacker = position, unpacker.unused_data, zlib.decompressobj(31)
    return end
