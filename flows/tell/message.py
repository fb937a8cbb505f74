"""The mail that carries a report. The same report and recipient always give the same message."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from core.clock import local
from core.errors import DataError
from core.model.documents import sha256_hex
from core.settings import Settings
from index.models import Delivery, Report

_DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def message_id(settings: Settings, report: Report, recipient: str) -> str:
    """Identity of a mail: it follows from province, slot, period and recipient alone."""
    what = f"{report.province}|{report.slot.isoformat()}|{report.since.isoformat()}|{report.on_demand}|{recipient}"
    domain = parseaddr(str(settings.mail_from))[1].rpartition("@")[2]
    clean = "".join(char for char in domain if char.isascii() and (char.isalnum() or char in ".-")) or "localhost"
    return f"<soatin.{sha256_hex(what)[:32]}@{clean}>"


def compose(settings: Settings, delivery: Delivery) -> EmailMessage:
    """Text and HTML of the report with DOCX and PDF attached. Raises DataError: file missing, address wrong."""
    report = delivery.report
    stem = report.docx.removesuffix(".docx")
    message = EmailMessage()
    address(message, settings, delivery.recipient, where=f"mail_to: {delivery.recipient!r}")
    message["Subject"] = subject(report)
    message["Date"] = format_datetime(local(report.created))
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    folder = settings.report_dir
    message.set_content(_file(folder / f"{stem}.txt").decode(), cte="base64")
    message.add_alternative(_file(folder / f"{stem}.html").decode(), subtype="html", cte="base64")
    message.add_attachment(_file(folder / report.docx), maintype=_DOCX[0], subtype=_DOCX[1], filename=report.docx)
    message.add_attachment(_file(folder / report.pdf), maintype="application", subtype="pdf", filename=report.pdf)
    boundary = sha256_hex(delivery.message_id)[:24]
    message.set_boundary(f"=_{boundary}")
    for part in message.iter_parts():
        if part.is_multipart():
            part.set_boundary(f"=_{boundary}-body")
    return message


def address(message: EmailMessage, settings: Settings, recipient: str, *, where: str) -> None:
    """Write sender and recipient. Raises DataError for a recipient that is no address."""
    message["From"] = str(settings.mail_from)
    try:
        message["To"] = recipient
        good = all(one.username and one.domain for one in message["To"].addresses) and message["To"].addresses
    except (ValueError, IndexError, AttributeError):  # the standard library's parser stumbles over some
        good = False
    if not good:
        raise DataError("not a mail address", where=where, cure="correct it") from None


def subject(report: Report) -> str:
    """``Báo cáo … kỳ 07:00 ngày 25/8/2021``, marked when it comes late."""
    slot, since = local(report.slot), local(report.since)
    when = f"kỳ {slot:%H:%M} ngày {slot.day}/{slot.month}/{slot.year}"
    if report.on_demand:
        when = f"từ {since:%H:%M} ngày {since.day}/{since.month}/{since.year} đến {when.removeprefix('kỳ ')}"
    return f"Báo cáo tình hình thông tin về dịch bệnh {when}{' (gửi muộn)' if report.late else ''}"


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise DataError(
            "the report's file is missing", where=str(path), cure="run soatin report for its slot again"
        ) from None
