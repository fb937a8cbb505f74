"""The installation's secret: signs sessions, keys pseudonyms, encrypts author names."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from core.settings import Settings


def load_secret(settings: Settings) -> bytes:
    """The secret in force (at least 32 bytes). Made once, readable by its owner only, when no setting gives it."""
    if settings.secret_key:
        return hashlib.sha256(str(settings.secret_key).encode()).digest()
    file = settings.data / "secret.key"
    if not file.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(fresh, file)  # fails when another process was first: then its secret counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(file.read_text("ascii").strip())


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HMAC-SHA-256 of the purpose's name)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
