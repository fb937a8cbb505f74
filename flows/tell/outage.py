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

from core.errors import SoatinError
from flows.context import Context, migrate
from flows.tell.port import open_mailer
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
            tell(context, said)
        raise
    tell(context, "")


def tell(context: Context, said: str) -> bool:
    """Mail once that the archive is away (``said`` not empty), and once that it is back. Whether a mail was sent: the
    archive cannot keep this alarm, so a file of the data folder does.
    """
    mark = context.settings.data / "archive-away"
    if mark.exists() == bool(said):
        return False
    recipients = context.settings.alarm_to or context.settings.mail_to
    if recipients:
        message = EmailMessage()
        message["Subject"] = "soatin: kho lưu trữ " + ("không truy cập được" if said else "đã hoạt động trở lại")
        message["From"], message["To"] = context.settings.mail_from, ", ".join(recipients)
        message["Message-ID"] = make_msgid(domain="soatin")
        waits = "Tin đã thu thập được giữ trong tệp chứng cứ, tự động đưa vào kho khi cơ sở dữ liệu hoạt động trở lại."
        message.set_content(f"{waits}\nCơ sở dữ liệu báo: {said}\n" if said else "Không có dữ liệu nào bị mất.\n")
        try:
            open_mailer(context.settings).send(message)
        except SoatinError:
            return False  # tried again at the next check
    mark.parent.mkdir(parents=True, exist_ok=True)
    if said:
        mark.write_text(said, "utf-8")
    else:
        mark.unlink(missing_ok=True)
    return bool(recipients)
