"""Whom a claim concerns, seen from one province: what is of the province comes first everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow(Row):
    """``rank``: the higher comes first. ``factor``: what urgency is multiplied by (a choice, not a measurement).
    ``part``: the heading of its leading claims in a report.
    """

    rank: int
    factor: float
    part: str


class ClaimScope(Code):
    """Of which place a claim, or a document, is (core.scope.scope_of)."""

    rank: int
    factor: float
    part: str

    PROVINCE = ScopeRow(
        "province", "trong tỉnh", "in the province", rank=3, factor=1.0, part="Liên quan đến tỉnh",
    )  # fmt: skip
    UNKNOWN = ScopeRow(
        "unknown", "chưa rõ địa bàn", "place unknown", rank=2, factor=0.8, part="Chưa rõ địa bàn",
    )  # fmt: skip
    NATIONAL = ScopeRow(
        "national", "chung cả nước", "the whole country", rank=1, factor=0.8,
        part="Chung cả nước (thuốc, vắc xin, cách phòng, chữa bệnh)",
    )  # fmt: skip
    ELSEWHERE = ScopeRow(
        "elsewhere", "ngoài tỉnh", "elsewhere", rank=0, factor=0.5, part="Ngoài tỉnh",
    )  # fmt: skip

    @classmethod
    def of_rank(cls, rank: int) -> ClaimScope:
        """The scope that is stored as this rank."""
        return next(one for one in cls if one.rank == rank)
