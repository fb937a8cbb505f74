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


def likelihood(probability: float) -> str:
    """A probability in words; the bounds are ours and stated in the guide for inspectors."""
    for bound, words in ((0.9, "rất cao"), (0.7, "cao"), (0.4, "vừa")):
        if probability >= bound:
            return words
    return "thấp"
