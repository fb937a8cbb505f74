"""Who works here, what each may do, and why a change of an account is refused."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row

_READ = ("read_desk", "search")
_INSPECT = (*_READ, "give_verdict", "arrange_claims", "open_case")
_LEAD = (*_INSPECT, "reveal_author", "decide_level", "review_measures", "send_report", "manage_sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow(Row):
    """``may``: names of permissions. ``home``: the page that is opened first. ``of_unit``: it needs a unit
    of the plan.
    """

    may: tuple[str, ...] = ()
    home: str = "queue"
    of_unit: bool = False


class Role(Code):
    """What an account is for. An account has one role, or no access."""

    may: tuple[str, ...]
    home: str
    of_unit: bool

    INSPECTOR = RoleRow("inspector", "Thanh tra viên", "Inspector", may=_INSPECT)
    LEAD = RoleRow("lead", "Lãnh đạo", "Lead", may=_LEAD)
    ANALYST = RoleRow("analyst", "Người phân tích (chỉ đọc)", "Analyst (reads only)", may=_READ)
    UNIT = RoleRow("unit", "Đơn vị phối hợp", "Unit that cooperates", home="duties", of_unit=True)
    ADMIN = RoleRow("admin", "Quản trị", "Administrator", may=(*_LEAD, "keep_accounts"))


class AccountProblem(Code):
    """Why an account is not made or changed."""

    NAME_WRONG = Row(
        "name-wrong", "Tên đăng nhập dài 1–150 ký tự, chỉ gồm chữ, số và các dấu . @ + - _",
        "a name has 1 to 150 letters, digits and . @ + - _ only",
    )  # fmt: skip
    NAME_TAKEN = Row(
        "name-taken", "Đã có tài khoản mang tên này (không kể chữ hoa, chữ thường).",
        "there is an account of this name already (capitals do not count)",
    )  # fmt: skip
    NO_ACCOUNT = Row("no-account", "Không có tài khoản mang tên này.", "there is no account of this name")
    ROLE_UNKNOWN = Row("role-unknown", "Hãy chọn một vai trò có trong danh sách.", "choose one of the roles")
    UNIT_MISSING = Row(
        "unit-missing", "Vai trò này cần một đơn vị trong kế hoạch.", "this role needs a unit of the plan"
    )
    UNIT_UNKNOWN = Row("unit-unknown", "Kế hoạch không có đơn vị này.", "the plan has no such unit")
    DISTRICT_UNKNOWN = Row("district-unknown", "Kế hoạch không có địa bàn này.", "the plan has no such district")
    EMAIL_WRONG = Row("email-wrong", "Địa chỉ thư không hợp lệ.", "this is no mail address")
    TEXT_WRONG = Row(
        "text-wrong", "Họ tên và chức vụ là một dòng, không quá 150 ký tự.",
        "full name and title are one line of 150 characters at most",
    )  # fmt: skip
    PASSWORD_WEAK = Row("password-weak", "Mật khẩu không đủ mạnh.", "the password is not strong enough")
    DISABLED = Row("disabled", "Tài khoản đã bị khóa; hãy mở lại trước.", "the account is disabled; enable it first")
    NOT_KEEPER = Row(
        "not-keeper", "Bạn không có quyền quản lý tài khoản.", "only an active account with the role admin may do this"
    )
    OWN = Row(
        "own", "Không ai tự đổi vai trò hoặc tự khóa tài khoản của mình; hãy nhờ quản trị khác.",
        "nobody changes their own role or disables themselves; ask another admin",
    )  # fmt: skip
    MORE_RIGHTS = Row(
        "more-rights", "Vai trò này có quyền mà bạn không có, nên bạn không trao hoặc đổi được.",
        "this role has rights that you do not have, so you can neither give nor change it",
    )  # fmt: skip
