"""The installation's secret: signs sessions, keys pseudonyms, encrypts author names."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from core.errors import DataError
from core.settings import Settings

NAME = "secret.key"
SIZE = 32  # bytes
_BESIDE = ("archive.sqlite3", "reports")
"""What lies in a data folder that has been used: with a new key its names, audit log and sessions could not be read."""
_CURE = "put back the file from a backup (soatin restore, or the copy in it); a new one cannot read what is there"


def load_secret(settings: Settings) -> bytes:
    """The secret in force (at least 32 bytes). Made once, readable by its owner only, when no setting gives it. Raises
    DataError for a file that is none of ours, and where it is missing beside an archive.
    """
    if settings.secret_key:
        return hashlib.sha256(str(settings.secret_key).encode()).digest()
    file = settings.data / NAME
    if not file.exists():
        if any((settings.data / name).exists() for name in _BESIDE):
            raise DataError("is missing, but what was made with it is there", where=str(file), cure=_CURE)
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_hex(SIZE))
        try:
            os.link(fresh, file)  # fails when another process was first: then its secret counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        secret = bytes.fromhex(file.read_text("ascii").strip())
    except ValueError:  # not ASCII, or no hexadecimal number
        secret = b""
    if len(secret) < SIZE:
        raise DataError("is not a key that soatin made", where=str(file), cure=_CURE)
    return secret


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HMAC-SHA-256 of the purpose's name)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
