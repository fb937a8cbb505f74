"""When the archive is away: rounds end with words instead of a failure, people are told once, and work goes on by
itself when it is back. What was received meanwhile waits in the evidence files.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid

from django.db import connections

from core.codes.work import DeliveryState
from core.errors import UsageError
from flows.context import Context, migrate
from flows.tell.once import STALE, Telling, tell
from flows.tell.port import Mailer, open_mailer
from flows.work import RoundResult
from index import away

PAUSE = 5.0


@contextmanager
def tolerated(result: RoundResult) -> Iterator[None]:
    """An archive that cannot be used ends the block with one line in the round's errors. Connections that broke are
    dropped, so that the next block of a long-lived process begins anew.
    """
    try:
        yield
    except Exception as error:
        if not (said := away.words(error)):
            raise
        connections.close_all()
        result.errors.append(f"the archive is away, what was received waits in the evidence files: {said}")


def migrate_when_there(stopping: Callable[[], bool], pause: float = PAUSE) -> None:
    """Migrate the archive; while it cannot be used, say so once and wait."""
    told = False
    while not stopping():
        try:
            migrate()
        except Exception as error:
            if not (said := away.words(error)):
                raise
            if not told:
                sys.stderr.write(f"the archive is away, waiting for it: {said}\n")
            told = True
            time.sleep(pause)
        else:
            return


@contextmanager
def told(context: Context) -> Iterator[None]:
    """People hear of it when the archive cannot be used in this block, and when it can be again."""
    try:
        yield
    except Exception as error:
        if said := away.words(error):
            announce(context, said)
        raise
    announce(context, "")


def announce(context: Context, said: str) -> bool:
    """Mail once that the archive is away (``said`` not empty), and once that it is back. Whether a mail was sent."""
    telling = OutageTelling(context, said)
    if telling.idle:
        return False
    if not context.settings.alarm_to and not context.settings.mail_to:
        telling.note()
        return False
    try:
        return tell(telling, open_mailer(context.settings)).state in {DeliveryState.SENT, DeliveryState.IN_DOUBT}
    except UsageError:
        return False  # smtp_url names no mailer: said elsewhere


class OutageTelling(Telling):
    """The mail that the archive is away or back. The archive cannot keep this alarm, two files of the data folder do:
    ``archive-away`` stands while people believe it away, ``archive-away.sending`` holds a mail's identity and which of
    the two it tells while it is handed over. What cannot be sent is tried again at the next check.
    """

    final = ()

    def __init__(self, context: Context, said: str) -> None:
        self._context, self._said = context, said
        self._mark = context.settings.data / "archive-away"
        self._way = self._mark.with_name(f"{self._mark.name}.sending")
        self._identity = make_msgid(domain="soatin")

    @property
    def idle(self) -> bool:
        """Nothing is to be told: people know, and no mail is under way, or one is that may still have its sender."""
        try:
            return time.time() - self._way.stat().st_mtime < STALE.total_seconds()
        except OSError:
            return self._mark.exists() == bool(self._said)

    @property
    def state(self) -> str:
        """By the files."""
        if self._way.exists():
            return DeliveryState.SENDING
        return DeliveryState.SENT if self._mark.exists() == bool(self._said) else DeliveryState.DUE

    def move(self, before: str, after: str, error: str = "") -> bool:
        """In the files; the one that is made for a mail under way can be made by one worker only."""
        del before, error
        if after == DeliveryState.SENDING:
            self._way.parent.mkdir(parents=True, exist_ok=True)
            try:
                with self._way.open("x", encoding="utf-8") as file:
                    file.write(f"{self._identity}\n{self._said}")
            except FileExistsError:
                return False
            if self._mark.exists() == bool(self._said):  # another worker has told it since this one looked
                self._way.unlink()
                return False
            return True
        if after != DeliveryState.DUE:
            self.note()
        self._way.unlink(missing_ok=True)
        return True

    def note(self) -> None:
        """Keep what people believe from now on: what the mail under way tells, where there is one."""
        said = under_way[1] if (under_way := self._under_way()) else self._said
        self._mark.parent.mkdir(parents=True, exist_ok=True)
        if said:
            self._mark.write_text(said, "utf-8")
        else:
            self._mark.unlink(missing_ok=True)

    def hand_over(self, mailer: Mailer) -> None:
        """By mail."""
        settings = self._context.settings
        message = EmailMessage()
        message["Subject"] = "soatin: kho lưu trữ " + ("không truy cập được" if self._said else "đã hoạt động trở lại")
        message["From"], message["To"] = settings.mail_from, ", ".join(settings.alarm_to or settings.mail_to)
        message["Message-ID"] = self._identity
        waits = "Tin đã thu thập được giữ trong tệp chứng cứ, tự động đưa vào kho khi cơ sở dữ liệu hoạt động trở lại."
        told = f"{waits}\nCơ sở dữ liệu báo: {self._said}\n" if self._said else "Không có dữ liệu nào bị mất.\n"
        message.set_content(told)
        mailer.send(message)

    def left(self, mailer: Mailer) -> bool | None:
        """As the mailer knows. A sender killed before it wrote whose mail it was had sent nothing."""
        under_way = self._under_way()
        return mailer.was_sent(under_way[0]) if under_way else False

    def _under_way(self) -> tuple[str, str] | None:
        """Identity of the mail under way and what it tells; None where there is none, or its sender wrote nothing."""
        try:
            identity, _, said = self._way.read_text("utf-8").partition("\n")
        except FileNotFoundError:
            return None
        return (identity, said) if identity else None
