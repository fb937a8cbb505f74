"""Vietnamese words for the codes of the archive (glossary), for screens and reports alike."""

from __future__ import annotations

SOURCE_KINDS = {
    "press": "Báo chí",
    "official": "Cơ quan nhà nước",
    "channel": "Kênh mạng xã hội",
    "forum": "Diễn đàn",
    "page": "Trang thông tin khác",
    "hotline": "Đường dây nóng, phản ánh",
}
OWN_SOURCES = {"zalo-oa": "Zalo Official Account", "hotline": "Đường dây nóng"}
"""Titles of sources that have no file: what comes in is sent to us."""
DOCUMENT_KINDS = {"article": "Bài báo", "post": "Bài đăng", "comment": "Bình luận", "tip": "Phản ánh"}
TEXT_KINDS = {
    "claim": "Luận điểm",
    "question": "Câu hỏi",
    "opinion": "Ý kiến",
    "official": "Thông báo chính thức",
    "advertisement": "Quảng cáo",
    "other": "Khác",
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
    "tracing_asked": "Đề nghị công an xác minh nguồn phát tán",
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
    "http-429": "Nguồn yêu cầu giảm tần suất truy cập (mã 429)",
    "quota": "Hết hạn mức truy vấn của giao diện lập trình (API)",
    "bad-key": "Khóa hoặc mã truy cập API bị từ chối hoặc đã hết hạn",
    "no-key": "Chưa khai báo khóa truy cập API",
    "no-comments": "Chủ video đã tắt bình luận",
    "bad-certificate": "Chứng thư số của nguồn không hợp lệ",
    "http-5xx": "Máy chủ của nguồn bị lỗi (mã 5xx)",
    "network": "Lỗi kết nối mạng",
    "undecodable": "Không giải mã được nội dung",
    "no-text": "Trang không có nội dung đọc được",
    "truncated-warc": "Tệp chứng cứ bị đứt đoạn",
    "off-topic": "Không thuộc chủ đề theo dõi",
    "depth": "Vượt giới hạn số tầng liên kết",
    "max-pages": "Vượt số trang tối đa của một lượt",
    "round-timeout": "Hết thời gian của lượt thu thập",
    "interrupted": "Đường truyền bị ngắt giữa chừng",
    "private-address": "Địa chỉ nội bộ, không được phép truy cập",
    "broken-feed": "Nguồn cấp tin (RSS, Atom) bị hỏng",
    "broken-page": "Trang không đúng cấu trúc của nền tảng",
    "not-article": "Trang danh mục, không phải bài viết",
    "unreadable": "Trang không đọc được",
    "corrupt": "Dữ liệu nén bị hỏng",
    "bad-row": "Dòng dữ liệu không hợp lệ",
    "bad-signature": "Tin gửi tới cổng Zalo có chữ ký không hợp lệ",
    "replayed": "Tin gửi tới cổng Zalo đã quá thời hạn",
    "rate-limit": "Một người gửi quá nhiều tin trong một phút",
}
STARTS = {
    "press listing": "Báo, trang tin: trang chủ hoặc trang danh mục",
    "press feed": "Báo, trang tin: RSS hoặc Atom",
    "press sitemap": "Báo, trang tin: sitemap",
    "telegram channel": "Kênh Telegram công khai (địa chỉ t.me/s/…)",
    "xenforo listing": "Diễn đàn XenForo: chuyên mục",
    "xenforo thread": "Diễn đàn XenForo: một chủ đề",
    "discourse listing": "Diễn đàn Discourse: danh sách chủ đề (.json)",
    "discourse thread": "Diễn đàn Discourse: một chủ đề (.json)",
    "mastodon timeline": "Mạng Mastodon: dòng công khai (địa chỉ API)",
}
"""What an address may be (platform and role) that the desk can add; interfaces with keys are added by file."""
ROBOTS = {
    "allowed": "cho phép",
    "forbidden": "không cho phép",
    "unknown": "không lấy được robots.txt nên không thu thập",
}
REFUSALS = {
    "no-address": "Đây không phải địa chỉ trang web (http hoặc https).",
    "port": "Chỉ dùng được cổng web thông thường (80 hoặc 443).",
    "private-address": "Địa chỉ này thuộc mạng nội bộ hoặc máy chủ này, không thuộc mạng công cộng.",
    "unknown-name": "Không tìm thấy tên miền này.",
}
"""Why an address is not asked on behalf of somebody at the desk (core.outgoing)."""
SIGNS = {
    "silent": "im lặng",
    "quiet": "ít tin khác thường",
    "failing": "nhiều trang không đọc được",
    "changed": "bài ngắn đi, có thể đã đổi giao diện",
    "refused": "robots.txt không cho phép",
}
"""What may be wrong with a source (core.health)."""
PER = {"day": "ngày", "week": "tuần", "month": "tháng", "2 days": "2 ngày", "3 days": "3 ngày"}
QUEUES = {
    "poll": "lượt hỏi nguồn tin đang chạy",
    "trial": "chạy thử nguồn tin",
    "read": "đọc tệp đã nhận",
    "classify": "phân loại",
    "match": "đối chiếu với kết luận đã có",
    "index": "đưa vào chỉ mục tìm kiếm",
    "deliver": "gửi báo cáo",
    "alert-look": "tìm tin mới cho tìm kiếm đã lưu",
    "alert": "gửi cảnh báo của tìm kiếm đã lưu",
    "stuck": "bị dừng sau nhiều lần thử",
}


WORKER_DIED = "tiến trình xử lý dừng đột ngột mỗi lần thử, chưa rõ nguyên nhân"


def likelihood(probability: float) -> str:
    """A probability in words; the bounds are ours and stated in the guide for inspectors."""
    for bound, words in ((0.9, "rất cao"), (0.7, "cao"), (0.4, "vừa")):
        if probability >= bound:
            return words
    return "thấp"
