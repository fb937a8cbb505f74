"""The port through which mail leaves, and the one place that picks its adapter."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from email.message import EmailMessage
from urllib.parse import urlsplit

from core.errors import SoatinError, UsageError
from core.settings import Settings


class NotSentError(SoatinError):
    """Nothing was sent; trying again later may help."""


class MailRefusedError(SoatinError):
    """Nothing was sent, and trying the same again will not help."""


class UncertainError(SoatinError):
    """The message may have been sent: it was handed over and no answer came. It must not be sent again by itself."""


class Mailer(ABC):
    """Sends messages. Each carries From, To and Message-ID."""

    @abstractmethod
    def send(self, message: EmailMessage) -> None:
        """Send it. Returns only when it was taken over for good.

        Raises NotSentError or MailRefusedError (nothing was sent), or UncertainError.
        """

    @abstractmethod
    def was_sent(self, message_id: str) -> bool | None:
        """Whether a message was sent through this mailer; None: it cannot know."""


_ADAPTERS = {"": "folder", "file": "folder", "smtp": "smtp", "smtps": "smtp"}
"""URL scheme -> module of this package that has ``open_adapter(settings) -> Mailer`` (lint cannot see these names)."""


def open_mailer(settings: Settings) -> Mailer:
    """The mailer that ``smtp_url`` names; without one, mail is written to ``data_dir/mail``. Raises UsageError."""
    scheme = urlsplit(str(settings.smtp_url)).scheme
    if scheme not in _ADAPTERS:
        raise UsageError(
            f"unknown scheme {scheme!r}",
            where="smtp_url",
            cure="write smtp://user:password@host:port, or smtps:// for TLS",
        )
    adapter = importlib.import_module(f"flows.tell.{_ADAPTERS[scheme]}")
    mailer: Mailer = adapter.open_adapter(settings)
    return mailer
