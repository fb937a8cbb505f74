"""Time stamps by RFC 3161: asked of an authority over HTTP, built and proved by the ``openssl ts`` command.

The stamp is over the bytes of a package's ``datapackage.json``, which holds the SHA-256 of everything else in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core import outgoing
from core.errors import SoatinError

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
_LARGEST = 256 * 1024
_SECONDS = 30.0
_TIME = re.compile(r"^Time stamp: (\w{3}) +(\d+) (\d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT$", re.MULTILINE)


class StampError(SoatinError):
    """No time stamp, or none that can be proved."""


def ask(data: bytes, url: str, own_hosts: Collection[str] = ()) -> bytes:
    """The authority's answer (TimeStampResp, DER) for these bytes. Raises StampError. ``own_hosts``: core.outgoing."""
    with tempfile.TemporaryDirectory(prefix="soatin-stamp-") as folder:
        (Path(folder) / "data").write_bytes(data)
        query = ["-query", "-data", "data", "-sha256", "-cert", "-out", "query"]
        _openssl(folder, query, "cannot build the request")
        response = _post((Path(folder) / "query").read_bytes(), url, own_hosts)
        (Path(folder) / "response").write_bytes(response)
        text = _openssl(folder, ["-reply", "-in", "response", "-text"], "the authority's answer cannot be read")
    granted = re.search(r"^Status: Granted", text, re.MULTILINE)
    if not granted or hashlib.sha256(data).digest() not in response:
        raise StampError("the authority did not grant a time stamp over this package", where=_shown(url))
    return response


def stamped_at(response: bytes) -> datetime:
    """The moment that a time stamp states; whoever made it. Raises StampError."""
    with tempfile.TemporaryDirectory(prefix="soatin-stamp-") as folder:
        (Path(folder) / "response").write_bytes(response)
        text = _openssl(folder, ["-reply", "-in", "response", "-text"], "the time stamp cannot be read")
    found = _TIME.search(text)
    if found is None:
        raise StampError("the time stamp states no time")
    return datetime.strptime(" ".join(found.groups()), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def prove(data: bytes, response: bytes, ca: Path) -> datetime:
    """The moment that a time stamp proves: it is over these bytes, by an authority that ``ca`` (PEM) vouches for, whose
    certificate was valid then. Raises StampError.
    """
    if not ca.is_file():
        raise StampError("no such file", where=str(ca), cure="give the certificate (PEM) of the authority's CA")
    moment = stamped_at(response)
    with tempfile.TemporaryDirectory(prefix="soatin-stamp-") as folder:
        (Path(folder) / "data").write_bytes(data)
        (Path(folder) / "response").write_bytes(response)
        at = ["-attime", str(int(moment.timestamp()))]
        command = ["-verify", "-data", "data", "-in", "response", "-CAfile", str(ca.resolve()), *at]
        _openssl(folder, command, "the time stamp does not fit the package, or its signer is not vouched for")
    return moment


def beside_digest(data: bytes, url: str, own_hosts: Collection[str] = ()) -> Mapping[str, str]:
    """What a package carries: the stamp, its time and authority; where none could be had, why. Empty without URL."""
    if not url:
        return {}
    try:
        response = ask(data, url, own_hosts)
        made = stamped_at(response).isoformat()
    except StampError as error:
        return {"problem": str(error), "authority": _shown(url)}
    return {
        "format": "RFC 3161", "over": "datapackage.json", "time": made, "authority": _shown(url),
        "response": base64.b64encode(response).decode(),
    }  # fmt: skip


def _shown(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _post(query: bytes, url: str, own_hosts: Collection[str]) -> bytes:
    headers, parts = {"Content-Type": QUERY, "Accept": REPLY}, urlsplit(url)
    if parts.username is not None:
        account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(account.encode()).decode()
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    try:
        answer = outgoing.ask(
            url, own_hosts=own_hosts, method="POST", body=query, headers=headers, most=_LARGEST, seconds=_SECONDS
        )
    except outgoing.OutgoingError as error:
        words = f"the time-stamping authority does not answer: it {error.what}"
        raise StampError(words[:200], where=_shown(url), cure=error.cure) from None
    if answer.status >= 300:
        raise StampError(f"the time-stamping authority answers {answer.status}", where=_shown(url))
    return answer.body


def _openssl(folder: str, arguments: list[str], problem: str) -> str:
    try:
        done = subprocess.run(
            ["openssl", "ts", *arguments], cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False,
            errors="replace",
        )  # fmt: skip
    except FileNotFoundError:
        raise StampError("openssl is not on this machine", cure="install openssl") from None
    except subprocess.TimeoutExpired:
        raise StampError(problem, cure="openssl did not end in time") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise StampError(f"{problem} ({lines[-1][:160] if lines else 'openssl gave no reason'})")
    return done.stdout
