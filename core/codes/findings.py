"""What published findings say, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row
from core.codes.severities import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow(Row):
    """``group``: under which heading of a page findings with this rating stand. ``number``: its place on the scale of 1
    to 5 on which we publish, None: not on it.
    """

    group: str
    colour: Colour
    number: int | None
    warns: bool = False


class Rating(Code):
    """What a finding says of a claim. ``warns``: it warns of the claim."""

    group: str
    colour: Colour
    number: int | None
    warns: bool

    FALSE = RatingRow("false", "Sai", "False", group="wrong", colour=Colour.BAD, number=1, warns=True)
    MISLEADING = RatingRow(
        "misleading", "Gây hiểu nhầm", "Misleading", group="wrong", colour=Colour.BAD, number=3, warns=True
    )
    TRUE = RatingRow("true", "Đúng", "True", group="true", colour=Colour.GOOD, number=5)
    UNPROVEN = RatingRow("unproven", "Chưa đủ căn cứ", "Unproven", group="unproven", colour=Colour.WARN, number=None)


class Origin(Code):
    """Where a finding comes from: an imported ClaimReview, a verdict given here, an official notice in the archive."""

    CLAIMREVIEW = Row("claimreview", "Kết quả kiểm chứng được nhập", "Imported fact check")
    VERDICT = Row("verdict", "Kết luận của tỉnh", "Verdict given here")
    NOTICE = Row("notice", "Thông báo chính thức", "Official notice")
