"""Vietnamese words for the codes of the archive, and numbers and times as official papers write them."""

from __future__ import annotations

from datetime import datetime

from core.clock import local

SOURCE_KINDS = {
    "press": "Báo chí",
    "official": "Trang của cơ quan nhà nước",
    "channel": "Kênh trên mạng xã hội",
    "forum": "Diễn đàn",
    "page": "Trang thông tin điện tử khác",
    "hotline": "Đường dây nóng, phản ánh của người dân",
}
VERDICTS = {
    "fake": "Tin giả",
    "false": "Tin sai sự thật",
    "misleading": "Gây hiểu nhầm",
    "unconfirmed": "Chưa có thông báo chính thức",
    "true": "Tin xác thực",
    "opinion": "Ý kiến",
    "irrelevant": "Không liên quan",
}
ACTIONS = {
    "correction_asked": "Yêu cầu cải chính, đính chính",
    "warning": "Cảnh báo",
    "rebuke": "Chấn chỉnh",
    "block_asked": "Đề nghị chặn, lọc",
    "tracing_asked": "Đề nghị cơ quan công an xác minh nguồn phát tán",
    "joint_inspection": "Kiểm tra liên ngành",
    "referred": "Chuyển cơ quan có thẩm quyền",
    "sanction": "Xử phạt vi phạm hành chính",
    "rebuttal_published": "Đăng thông tin phản bác",
    "commendation": "Biểu dương",
    "none": "Không phải xử lý",
}
DROP_REASONS = {
    "robots": "Nguồn không cho phép thu thập tự động (robots.txt)",
    "too-large": "Vượt giới hạn dung lượng",
    "timeout": "Quá thời gian chờ",
    "off-host": "Liên kết ra ngoài phạm vi nguồn",
    "redirects": "Chuyển hướng quá nhiều lần",
    "http-4xx": "Nguồn từ chối hoặc không còn trang (mã 4xx)",
    "http-5xx": "Máy chủ của nguồn bị lỗi (mã 5xx)",
    "network": "Lỗi kết nối mạng",
    "undecodable": "Không giải mã được nội dung",
    "no-text": "Trang không có nội dung đọc được",
    "truncated-warc": "Tệp chứng cứ bị đứt đoạn",
    "off-topic": "Không thuộc chủ đề theo dõi",
    "depth": "Vượt giới hạn số tầng liên kết",
    "max-pages": "Vượt số trang tối đa của một lượt",
    "round-timeout": "Hết thời gian của lượt thu thập",
}
SCOPES = {"province": "Toàn tỉnh", "district": "Cấp huyện", "commune": "Cấp xã", "thôn": "Thôn, tổ dân phố"}
PER = {"day": "ngày", "week": "tuần", "month": "tháng", "2 days": "2 ngày", "3 days": "3 ngày"}


def drop_reason(code: str) -> str:
    """The reason in words; a code that has none yet is shown as it is."""
    return DROP_REASONS.get(code, f"Lý do khác ({code})")


def number(value: int) -> str:
    """1234567 -> ``1.234.567``."""
    return f"{value:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """A share as ``12,5%``; ``–`` of nothing."""
    if not whole:
        return "–"
    return f"{100 * part / whole:.1f}".removesuffix(".0").replace(".", ",") + "%"


def change(value: int, before: int) -> str:
    """The difference from the period before, in words."""
    if value == before:
        return "không đổi"
    word = "tăng" if value > before else "giảm"
    share = f" ({percent(abs(value - before), before)})" if before else ""
    return f"{word} {number(abs(value - before))}{share}"


def likelihood(probability: float) -> str:
    """The machine's probability in words with the figure behind them."""
    words = "thấp"
    for bound, text in ((0.9, "rất cao"), (0.75, "cao"), (0.5, "trung bình")):
        if probability >= bound:
            words = text
            break
    return f"{words} ({percent(round(probability * 1000), 1000)})"


def clock(moment: datetime) -> str:
    """``07 giờ 00 ngày 25/8/2021`` on the Vietnamese clock."""
    there = local(moment)
    return f"{there:%H} giờ {there:%M} ngày {day(moment)}"


def day(moment: datetime) -> str:
    """``25/8/2021``; days below ten and the first two months carry a zero (Decree 30/2020/NĐ-CP, Appendix I, II.4)."""
    there = local(moment)
    return f"{there.day:02d}/{_month(there.month)}/{there.year}"


def long_date(moment: datetime) -> str:
    """``ngày 25 tháng 8 năm 2021`` (Decree 30/2020/NĐ-CP, Appendix I, II.4)."""
    there = local(moment)
    return f"ngày {there.day:02d} tháng {_month(there.month)} năm {there.year}"


def _month(month: int) -> str:
    return f"{month:02d}" if month < 3 else str(month)


def span(since: datetime, until: datetime) -> str:
    """``từ … đến …``."""
    return f"từ {clock(since)} đến {clock(until)}"
