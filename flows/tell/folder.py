"""Mail written to a folder, one ``.eml`` a message: what an installation without a mail server has."""

from __future__ import annotations

import os
import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.settings import Settings
from flows.tell.port import Mailer, NotSentError


class FolderMailer(Mailer):
    """The file's name follows from the Message-ID, so writing a message twice leaves one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message whole or not at all."""
        target = self._path(str(message["Message-ID"]))
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as out:
                out.write(message.as_bytes())
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(target)
        except OSError as error:
            raise NotSentError(
                error.strerror or "cannot write", where=str(target), cure="free the disk or correct the folder's rights"
            ) from None

    def was_sent(self, message_id: str) -> bool:
        """Whether the message's file is there."""
        return self._path(message_id).is_file()

    def _path(self, message_id: str) -> Path:
        return self._folder / (re.sub(r"[^A-Za-z0-9@._-]", "_", message_id.strip("<> ")).lstrip(".")[:180] + ".eml")


def open_adapter(settings: Settings) -> FolderMailer:
    """``file:///some/folder``, else ``data_dir/mail``."""
    path = unquote(urlsplit(str(settings.smtp_url)).path)
    return FolderMailer(Path(path) if path else settings.data / "mail")
