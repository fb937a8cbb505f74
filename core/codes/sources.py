"""What may be wrong with a source or an address, and what a second look found."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row
from core.codes.severities import Colour, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRow(Row):
    """``severity``: how soon somebody must look after the source."""

    severity: Severity = Severity.WARNING


class Sign(Code):
    """What may be wrong with a source."""

    severity: Severity

    SILENT = SignRow("silent", "im lặng", "silent", severity=Severity.CRITICAL)  # it does not answer
    # It answers, and brings far less than it usually does on such a day or in such a week.
    QUIET = SignRow("quiet", "ít tin khác thường", "unusually few items")
    FAILING = SignRow("failing", "nhiều trang không đọc được", "many unreadable pages")
    # Its texts are suddenly short: a changed layout of which we read only a part.
    CHANGED = SignRow(
        "changed", "bài ngắn đi, có thể đã đổi giao diện", "texts got shorter, the layout may have changed"
    )
    # robots.txt refuses its start, or most of it.
    REFUSED = SignRow("refused", "robots.txt không cho phép", "refused by robots.txt", severity=Severity.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRow(Row):
    """``colour``: that of its mark on the page of a trial run."""

    colour: Colour


class RobotsState(Code):
    """What robots.txt says of an address."""

    colour: Colour

    ALLOWED = RobotsRow("allowed", "cho phép", "allowed", colour=Colour.GOOD)
    FORBIDDEN = RobotsRow("forbidden", "không cho phép", "not allowed", colour=Colour.BAD)
    UNKNOWN = RobotsRow(
        "unknown", "không lấy được robots.txt nên không thu thập",
        "robots.txt cannot be had, so nothing is fetched", colour=Colour.BAD,
    )  # fmt: skip


class AddressRefusal(Code):
    """Why an address is not asked on behalf of somebody at the desk."""

    NO_ADDRESS = Row(
        "no-address", "Đây không phải địa chỉ trang web (http hoặc https).",
        "This is no web address (http or https).",
    )  # fmt: skip
    PORT = Row(
        "port", "Chỉ dùng được cổng web thông thường (80 hoặc 443).",
        "Only the usual web ports (80 or 443) can be used.",
    )  # fmt: skip
    PRIVATE_ADDRESS = Row(
        "private-address", "Địa chỉ này thuộc mạng nội bộ hoặc máy chủ này, không thuộc mạng công cộng.",
        "This address is on an inner network or this machine, not on the public web.",
    )  # fmt: skip
    UNKNOWN_NAME = Row("unknown-name", "Không tìm thấy tên miền này.", "This name is not known.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOutcomeRow(Row):
    """``answered``: the host said something of the document. ``there``: it is still to be seen."""

    answered: bool = True
    there: bool = True


class LookOutcome(Code):
    """What a look at a flagged document found."""

    answered: bool
    there: bool

    SAME = LookOutcomeRow("same", "không đổi", "unchanged")  # the host said that it did not change
    THERE = LookOutcomeRow("there", "vẫn còn", "still there")  # whether its wording changed, its versions say
    # The page is no more, or no longer holds the document.
    GONE = LookOutcomeRow("gone", "đã bị gỡ", "gone", there=False)
    FAILED = LookOutcomeRow("failed", "không kiểm tra được", "no answer", answered=False, there=False)
