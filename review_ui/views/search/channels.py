"""Which apprise addresses may be entered: services that a message is posted to, and nothing that reads local files.

Apprise can also run desktop notifiers and read templates, keys and attachments from the disk of the server; an address
is typed by anybody who may search, so only what is listed here is taken.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

SCHEMES = (
    "discord", "form", "forms", "gotify", "gotifys", "json", "jsons", "mmost", "mmosts", "ntfy", "ntfys", "rocket",
    "rockets", "slack", "tgram",
)  # fmt: skip
PARAMETERS = frozenset(
    {"avatar", "format", "footer", "image", "mode", "name", "preview", "priority", "silent", "topic"}
)
LONGEST = 500
MOST = 10


def acceptable(address: str) -> bool:
    """Whether messages may be sent to this address. Headers may be given to json:// and form:// as ``?+Name=value``."""
    try:
        parts = urlsplit(address)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True, separator="&")]
    except ValueError:
        return False
    if parts.scheme not in SCHEMES or len(address) > LONGEST or any(char.isspace() for char in address):
        return False
    # Apprise reads "+" of a header's name itself, so it is looked for before the names are decoded.
    headers = [part for part in parts.query.split("&") if part.startswith(("+", "%2B", "%2b"))]
    plain = [name for name in names if not name.startswith(("+", " "))]
    if len(plain) + len(headers) < len(names) or any(name.lower() not in PARAMETERS for name in plain):
        return False
    import apprise  # noqa: PLC0415 -- heavy

    return apprise.Apprise.instantiate(address, suppress_exceptions=True) is not None
