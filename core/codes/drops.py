"""Why something that was received or due was not kept."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRow(Row):
    """``unread``: a page came, and we could not read it. ``passing``: the same address is asked again at the next poll.
    ``ends``: the interface is asked nothing more in this round.
    """

    unread: bool = False
    passing: bool = False
    ends: bool = False


class DropReason(Code):
    """The reasons, each counted."""

    unread: bool
    passing: bool
    ends: bool

    ROBOTS = DropRow("robots", "Nguồn không cho phép thu thập tự động (robots.txt)", "Refused by robots.txt")
    TOO_LARGE = DropRow("too-large", "Vượt giới hạn dung lượng", "Too large")
    DAMAGED_FILE = DropRow(
        "damaged-file", "Tệp chứng cứ hỏng, đã để riêng", "Damaged evidence file, set aside", unread=True
    )
    TOO_LONG = DropRow("too-long", "Văn bản dài quá mức", "Text too long")
    TIMEOUT = DropRow("timeout", "Quá thời gian chờ", "Timed out", passing=True)
    OFF_HOST = DropRow("off-host", "Liên kết ra ngoài phạm vi nguồn", "Link outside the source's own hosts")
    REDIRECTS = DropRow("redirects", "Chuyển hướng quá nhiều lần", "Too many redirects")
    HTTP_4XX = DropRow("http-4xx", "Nguồn từ chối hoặc không còn trang (mã 4xx)", "Refused or gone (4xx)")
    REMOVED = DropRow("removed", "Tin không còn được hiển thị công khai", "No longer shown to the public")
    HTTP_429 = DropRow(
        "http-429",
        "Nguồn yêu cầu giảm tần suất truy cập (mã 429)",
        "The source asks for fewer requests (code 429)",
        passing=True,
    )
    QUOTA = DropRow(
        "quota",
        "Hết hạn mức truy vấn của giao diện lập trình (API)",
        "The API's quota is used up",
        passing=True,
        ends=True,
    )
    BAD_KEY = DropRow(
        "bad-key",
        "Khóa hoặc mã truy cập API bị từ chối hoặc đã hết hạn",
        "The API key or access token is refused or has expired",
        passing=True,
        ends=True,
    )
    NO_KEY = DropRow("no-key", "Chưa khai báo khóa truy cập API", "No API key is set")
    NO_COMMENTS = DropRow("no-comments", "Chủ video đã tắt bình luận", "The video's owner has switched comments off")
    BAD_CERTIFICATE = DropRow(
        "bad-certificate", "Chứng thư số của nguồn không hợp lệ", "The source's certificate is not valid", passing=True
    )
    HTTP_5XX = DropRow(
        "http-5xx", "Máy chủ của nguồn bị lỗi (mã 5xx)", "The source's server failed (5xx)", passing=True
    )
    NETWORK = DropRow("network", "Lỗi kết nối mạng", "Network error", passing=True)
    UNDECODABLE = DropRow("undecodable", "Không giải mã được nội dung", "Content could not be decoded", unread=True)
    NO_TEXT = DropRow("no-text", "Trang không có nội dung đọc được", "No readable text on the page", unread=True)
    TRUNCATED_WARC = DropRow("truncated-warc", "Tệp chứng cứ bị đứt đoạn", "Evidence file was cut off")
    DOUBTFUL_TEXT = DropRow(
        "doubtful-text",
        "Đã đọc, nhưng phần chữ có thể bị cắt hoặc lẫn nội dung khác",
        "Read, but the text may be cut or hold what is not its own",
    )
    PASSED_OVER = DropRow(
        "passed-over",
        "Bản ghi không phải trang để đọc (hình, mã lệnh, chuyển hướng)",
        "Records that are no pages to be read (pictures, scripts, redirects)",
    )
    OFF_TOPIC = DropRow("off-topic", "Không thuộc chủ đề theo dõi", "Off the watched topics")
    DEPTH = DropRow("depth", "Vượt giới hạn số tầng liên kết", "Too many links deep")
    MAX_PAGES = DropRow("max-pages", "Vượt số trang tối đa của một lượt", "Too many pages in one round")
    ROUND_TIMEOUT = DropRow(
        "round-timeout", "Hết thời gian của lượt thu thập", "The round's time was over", passing=True
    )
    INTERRUPTED = DropRow("interrupted", "Đường truyền bị ngắt giữa chừng", "Connection broken off", passing=True)
    PRIVATE_ADDRESS = DropRow("private-address", "Địa chỉ nội bộ, không được phép truy cập", "Private address, refused")
    BROKEN_FEED = DropRow("broken-feed", "Nguồn cấp tin (RSS, Atom) bị hỏng", "Broken feed (RSS, Atom)", unread=True)
    BROKEN_SITEMAP = DropRow("broken-sitemap", "Sitemap của nguồn bị hỏng", "Broken sitemap", unread=True)
    BROKEN_PAGE = DropRow(
        "broken-page", "Trang không đúng cấu trúc của nền tảng", "Page not in the platform's form", unread=True
    )
    NOT_ARTICLE = DropRow("not-article", "Trang danh mục, không phải bài viết", "Listing, not an article")
    UNREAD_ROLE = DropRow("unread-role", "Loại trang chưa có chương trình đọc", "A kind of page that nothing reads")
    UNREADABLE = DropRow("unreadable", "Trang không đọc được", "Unreadable page", unread=True)
    CORRUPT = DropRow("corrupt", "Dữ liệu nén bị hỏng", "Corrupt compressed data", unread=True)
    BAD_ROW = DropRow("bad-row", "Dòng dữ liệu không hợp lệ", "Invalid row")
    BAD_SIGNATURE = DropRow(
        "bad-signature",
        "Tin gửi tới cổng Zalo có chữ ký không hợp lệ",
        "Request to the Zalo address with a wrong signature",
    )
    REPLAYED = DropRow(
        "replayed", "Tin gửi tới cổng Zalo đã quá thời hạn", "Request to the Zalo address that is too old"
    )
    RATE_LIMIT = DropRow(
        "rate-limit", "Một người gửi quá nhiều tin trong một phút", "Too many messages from one person in a minute"
    )
