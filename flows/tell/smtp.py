"""Mail over SMTP with the standard library. The point to get right: whether a message that failed was sent or not."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from urllib.parse import unquote, urlsplit

from core.errors import UsageError
from core.settings import Settings
from flows.tell.port import Mailer, MailRefusedError, NotSentError, UncertainError

TIMEOUT = 30.0
"""Seconds for each step of the conversation."""
_CURE = "check smtp_url and the mail server"


@dataclass(frozen=True, slots=True)
class SmtpMailer(Mailer):
    """One connection a message. STARTTLS is used when the server offers it, and required before a password is sent."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT

    def send(self, message: EmailMessage) -> None:
        """Send it; success is the server's 250 after the whole message."""
        where = f"{self.host}:{self.port}"
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise _refused(error.smtp_code, error.smtp_error, where) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSentError(_words(error), where=where, cure=_CURE) from None
        try:
            self._hand_over(server, message, where)
        finally:
            server.close()

    def was_sent(self, message_id: str) -> None:  # noqa: ARG002 -- SMTP has no way to ask
        """SMTP cannot say."""
        return

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            encrypted = self.tls
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                encrypted = True
            if self.user:
                self._log_in(server, encrypted=encrypted)
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP, *, encrypted: bool) -> None:
        if not encrypted and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise smtplib.SMTPException("the server offers no encryption, so the password was not sent")
        server.login(self.user, self.password)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage, where: str) -> None:
        sender = getaddresses([str(message["From"])])[0][1]
        recipients = [address for _, address in getaddresses([str(message["To"])]) if address]
        body = message.as_bytes()
        try:
            for code, reply in self._envelope(server, sender, recipients, len(body)):
                if code not in {250, 251, 354}:
                    raise _refused(code, reply, where)
        except (smtplib.SMTPException, OSError) as error:
            raise NotSentError(_words(error), where=where, cure=_CURE) from None
        try:
            server.send(_quoted(body))
        except (smtplib.SMTPException, OSError) as error:  # the final dot did not leave: the server drops what it has
            raise NotSentError(_words(error), where=where, cure=_CURE) from None
        try:
            code, reply = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise UncertainError(
                f"handed over, no answer came ({_words(error)})",
                where=where,
                cure="ask the recipient whether it arrived",
            ) from None
        if code != 250:
            raise _refused(code, reply, where)

    @staticmethod
    def _envelope(server: smtplib.SMTP, sender: str, recipients: list[str], size: int) -> Iterator[tuple[int, bytes]]:
        yield server.mail(sender, [f"size={size}"] if server.has_extn("size") else [])
        for recipient in recipients:
            yield server.rcpt(recipient)
        yield server.docmd("DATA")


def open_adapter(settings: Settings) -> SmtpMailer:
    """The mailer of ``smtp://user:password@host:port`` or ``smtps://…``. Raises UsageError."""
    try:
        parts = urlsplit(str(settings.smtp_url))
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError:
        raise UsageError("not an address", where="smtp_url", cure="write smtp://user:password@host:port") from None
    if not parts.hostname:
        raise UsageError("names no host", where="smtp_url", cure="write smtp://user:password@host:port")
    return SmtpMailer(
        parts.hostname, port, parts.scheme == "smtps", unquote(parts.username or ""), unquote(parts.password or "")
    )


def _quoted(body: bytes) -> bytes:
    """CRLF line ends, dots doubled at line starts, the final dot (RFC 5321, 4.5.2)."""
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _refused(code: int, reply: bytes | str, where: str) -> NotSentError | MailRefusedError:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = f"the server answered {code} {' '.join(text.split())[:200]}"
    return (MailRefusedError if 500 <= code < 600 else NotSentError)(words, where=where, cure=_CURE)


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
