"""What every official paper has in common (Decree 30/2020/NĐ-CP, Appendix I), as data that the forms lay out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.papers.forms.blocks import Block

FONTS = Path(__file__).parents[1] / "forms" / "fonts"


FONT = "Tinos"
"""Metric twin of Times New Roman (SIL OFL 1.1), shipped because Times New Roman may not be."""


NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


MOTTO = "Độc lập - Tự do - Hạnh phúc"


KIND = "BÁO CÁO"


NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Form:
    """Head and foot of an official paper (Decree 30/2020/NĐ-CP, Appendix I), as text."""

    superior: str
    issuer: str
    number: str
    place_date: str
    subject: str
    subject_period: str
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as drawn: what a renderer meets instead of :class:`Chart`."""

    svg: str
    caption: str
    rows: tuple[tuple[str, int], ...]
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """Everything a renderer needs, every text in it tidied."""

    form: Form
    blocks: tuple[Block | Drawn, ...]
    made: datetime
    title: str


def unbroken_place(name: str) -> str:
    """A body's name that breaks, when it must, before the place: ỦY BAN NHÂN DÂN / TỈNH QUẢNG NINH."""
    head, word, place = name.upper().partition(" TỈNH ")
    return f"{head}{word[:-1]}{NO_BREAK}{place.replace(' ', NO_BREAK)}" if word else head
