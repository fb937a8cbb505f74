"""What an inspector may find, what follows from it, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row
from core.codes.findings import Rating
from core.codes.severities import Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStateRow(Row):
    """``case``: a case may be opened on a claim whose verdict leads to this state."""

    case: bool = False


class ClaimState(Code):
    """Where a claim stands; computed from what people did, never stored. Its words are those of reports."""

    case: bool

    WAITING = ClaimStateRow("waiting", "chưa được xem xét", "not looked at yet")
    WATCHED = ClaimStateRow(
        "watched", "theo dõi, chờ thông báo chính thức", "watched until there is an official notice", case=True
    )
    TO_HANDLE = ClaimStateRow("to_handle", "đã kết luận, chưa xử lý", "judged, nothing done yet", case=True)
    IN_HAND = ClaimStateRow("in_hand", "đã kết luận, đang xử lý", "judged, being handled", case=True)
    HANDLED = ClaimStateRow("handled", "đã kết luận, đã xử lý", "judged and handled", case=True)
    CLOSED = ClaimStateRow("closed", "đã kết luận, không phải xử lý", "judged, nothing to handle")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportClassRow(Row):
    """``unreliable``: the claim was found wrong. ``cleared``: a flag on it was a false alarm."""

    unreliable: bool = False
    cleared: bool = False


class ReportClass(Code):
    """How reports and error rates count a verdict."""

    unreliable: bool
    cleared: bool

    WRONG = ReportClassRow("wrong", "Tin sai lệch", "Found wrong", unreliable=True)
    OPEN = ReportClassRow("open", "Chờ thông báo chính thức", "Waits for an official notice")
    RIGHT = ReportClassRow("right", "Tin đúng", "Found true", cleared=True)
    NO_FACT = ReportClassRow("no_fact", "Không phải tin để kiểm chứng", "Nothing to verify", cleared=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow(Row):
    """``key``: the key that gives it. ``state``: where it leaves a claim on which nothing was done. ``rating``: that of
    the finding that it publishes, None: an opinion, or what is beside the topic, was not found true or false.
    """

    key: str
    colour: Colour
    report: ReportClass
    state: ClaimState
    rating: Rating | None


class VerdictValue(Code):
    """An inspector's finding (Gia Lai and Quảng Ninh's plans name those beyond true and false)."""

    key: str
    colour: Colour
    report: ReportClass
    state: ClaimState
    rating: Rating | None

    FAKE = VerdictRow(
        "fake", "Tin giả", "Fake news",
        key="1", colour=Colour.BAD, report=ReportClass.WRONG, state=ClaimState.TO_HANDLE, rating=Rating.FALSE,
    )  # fmt: skip
    FALSE = VerdictRow(
        "false", "Tin sai sự thật", "False news", ("sai sự thật",),
        key="2", colour=Colour.BAD, report=ReportClass.WRONG, state=ClaimState.TO_HANDLE, rating=Rating.FALSE,
    )  # fmt: skip
    MISLEADING = VerdictRow(
        "misleading", "Gây hiểu nhầm", "Misleading",
        key="3", colour=Colour.WARN, report=ReportClass.WRONG, state=ClaimState.TO_HANDLE, rating=Rating.MISLEADING,
    )  # fmt: skip
    UNCONFIRMED = VerdictRow(
        "unconfirmed", "Chưa có thông báo chính thức", "No official notice yet",
        key="4", colour=Colour.WARN, report=ReportClass.OPEN, state=ClaimState.WATCHED, rating=Rating.UNPROVEN,
    )  # fmt: skip
    TRUE = VerdictRow(
        "true", "Tin xác thực", "Verified true", ("xác thực",),
        key="5", colour=Colour.GOOD, report=ReportClass.RIGHT, state=ClaimState.CLOSED, rating=Rating.TRUE,
    )  # fmt: skip
    OPINION = VerdictRow(
        "opinion", "Ý kiến", "Opinion",
        key="6", colour=Colour.PLAIN, report=ReportClass.NO_FACT, state=ClaimState.CLOSED, rating=None,
    )  # fmt: skip
    IRRELEVANT = VerdictRow(
        "irrelevant", "Không liên quan", "Irrelevant",
        key="7", colour=Colour.PLAIN, report=ReportClass.NO_FACT, state=ClaimState.CLOSED, rating=None,
    )  # fmt: skip

    @property
    def unreliable(self) -> bool:
        """Whether the claim was found wrong."""
        return self.report.unreliable

    @property
    def of_fact(self) -> bool:
        """Whether it says that the claim is right or wrong: what learning may learn from."""
        return self.report in {ReportClass.WRONG, ReportClass.RIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionKindRow(Row):
    """``told``: how a report says that it was done, and no more than that. ``leaves``: where it leaves a claim that was
    to be handled; None: it is no handling. What only asks somebody else leaves it in hand.
    """

    told: str
    leaves: ClaimState | None = ClaimState.IN_HAND


class ActionKind(Code):
    """What followed a verdict (the five plans' own list)."""

    told: str
    leaves: ClaimState | None

    CORRECTION_ASKED = ActionKindRow(
        "correction_asked", "Yêu cầu cải chính, đính chính", "Correction asked", told="đã yêu cầu cải chính, đính chính"
    )
    WARNING = ActionKindRow("warning", "Cảnh báo", "Warning", told="đã cảnh báo", leaves=ClaimState.HANDLED)
    REBUKE = ActionKindRow("rebuke", "Chấn chỉnh", "Rebuke", told="đã chấn chỉnh", leaves=ClaimState.HANDLED)
    BLOCK_ASKED = ActionKindRow("block_asked", "Đề nghị chặn, lọc", "Blocking asked", told="đã đề nghị chặn, lọc")
    TRACING_ASKED = ActionKindRow(
        "tracing_asked", "Đề nghị công an xác minh nguồn phát tán", "Tracing asked of the police",
        told="đã đề nghị công an xác minh nguồn phát tán",
    )  # fmt: skip
    JOINT_INSPECTION = ActionKindRow(
        "joint_inspection", "Kiểm tra liên ngành", "Joint inspection", told="đã đưa vào kiểm tra liên ngành"
    )
    REFERRED = ActionKindRow(
        "referred", "Chuyển cơ quan có thẩm quyền", "Referred to the competent authority",
        told="đã chuyển cơ quan có thẩm quyền",
    )  # fmt: skip
    SANCTION = ActionKindRow(
        "sanction", "Xử phạt vi phạm hành chính", "Administrative sanction",
        told="đã xử phạt vi phạm hành chính", leaves=ClaimState.HANDLED,
    )  # fmt: skip
    REBUTTAL_PUBLISHED = ActionKindRow(
        "rebuttal_published", "Đăng thông tin phản bác", "Rebuttal published",
        told="đã đăng thông tin phản bác", leaves=ClaimState.HANDLED,
    )  # fmt: skip
    COMMENDATION = ActionKindRow("commendation", "Biểu dương", "Commendation", told="đã biểu dương", leaves=None)
    NONE = ActionKindRow(
        "none", "Không phải xử lý", "No action needed", told="đã xác định không phải xử lý", leaves=ClaimState.CLOSED
    )

    @property
    def handling(self) -> bool:
        """Whether something is asked of or done to somebody, so that the claim must not have been cleared."""
        return self.leaves not in (None, ClaimState.CLOSED)


class EditKind(Code):
    """What a person did to the claims that the machine had formed."""

    SPLIT = Row("split", "tách", "split")
    MERGE = Row("merge", "gộp", "merge")
