"""The words of provincial plans: how often a duty is due, and for what."""

from __future__ import annotations

from core.codes.code import Code, Row


class Per(Code):
    """The stretch of time in which a duty is due so many times."""

    DAY = Row("day", "ngày", "day")
    WEEK = Row("week", "tuần", "week")
    TWO_DAYS = Row("2 days", "2 ngày", "2 days")
    THREE_DAYS = Row("3 days", "3 ngày", "3 days")
    MONTH = Row("month", "tháng", "month")


class Scope(Code):
    """Of which places a duty is. ``thôn`` is the plans' own word, for which there is no English one."""

    PROVINCE = Row("province", "Toàn tỉnh", "whole province")
    DISTRICT = Row("district", "Cấp huyện", "district")
    COMMUNE = Row("commune", "Cấp xã", "commune")
    HAMLET = Row("thôn", "Thôn, tổ dân phố", "hamlet")
