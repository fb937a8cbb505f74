"""The words of a PDF, as official notices are often published. The text comes from pypdf; nothing in it is run."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from datetime import datetime

MAGIC = b"%PDF-"
MAX_PAGES = 100
MAX_TEXT = 500_000
_SCANNED = 40
"""Characters a page that a PDF with a text layer has at least; below it the pages are pictures."""
_LINE_ENDS = re.compile(r"[.:;!?…”\"]$")


@dataclass(frozen=True, slots=True)
class Pdf:
    """Title and time of making as the file says, and its paragraphs. ``scanned``: its pages are pictures of text."""

    title: str
    paragraphs: tuple[str, ...]
    made: datetime | None
    scanned: bool


class BrokenPdfError(Exception):
    """A file that begins like a PDF and cannot be read as one."""


def read_pdf(body: bytes) -> Pdf:
    """The words of the first hundred pages. Raises BrokenPdfError, also for files that are locked with a password."""
    from pypdf import PdfReader  # noqa: PLC0415 -- heavy, and few pages are PDFs

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(body), strict=False, password="" if b"/Encrypt" in body else None)
        texts: list[str] = []
        for page in reader.pages[:MAX_PAGES]:
            texts.append(page.extract_text() or "")
            if sum(map(len, texts)) > MAX_TEXT:
                break
        told = reader.metadata
        title = str(told.title or "") if told else ""
        made = told.creation_date if told else None
    except Exception as error:  # noqa: BLE001  # what a hostile file makes pypdf raise is not a closed set
        raise BrokenPdfError(f"{type(error).__name__}: {error}"[:200]) from None
    scanned = sum(len(text.strip()) for text in texts) < _SCANNED * len(texts)
    return Pdf(" ".join(title.split()), tuple(_paragraphs("\n".join(texts)[:MAX_TEXT])), made, scanned)


def _paragraphs(text: str) -> list[str]:
    """Lines put together to paragraphs: a line that ends a sentence, or is short, ends one."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    usual = sorted(map(len, lines))[int(0.9 * len(lines))] if lines else 0
    out: list[str] = []
    going = False
    for line in lines:
        if not line or line.isdigit():  # page numbers
            going = going and bool(line)
            continue
        if going and out:
            out[-1] += f" {line}"
        else:
            out.append(line)
        going = not _LINE_ENDS.search(line) and len(line) > 0.7 * usual
    return out
