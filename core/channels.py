"""Where an alert may be posted besides mail: kinds of services, and nothing that reads this machine's files.

Apprise, which posts, can also run desktop notifiers and read templates, keys and attachments from the disk; an address
is typed by anybody who may search. So only these kinds are known here, only those of them are taken that an admin
allows (setting ``alert_channels``), and no parameter that steers a request: no headers, no redirects.
"""

from __future__ import annotations

from collections.abc import Collection
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


def allowed_schemes(setting: Collection[str]) -> tuple[str, ...]:
    """The kinds of channels that an admin allows, of those that there are."""
    return tuple(scheme for scheme in SCHEMES if scheme in setting)


def refusal(address: str, allowed: Collection[str]) -> str:
    """Why nothing may be posted there; empty where it may. Codes: ``no-channel``, ``not-allowed``, ``parameters``."""
    try:
        parts = urlsplit(address)
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True, separator="&")]
    except ValueError:
        return "no-channel"
    if parts.scheme not in SCHEMES or len(address) > LONGEST or any(char.isspace() for char in address):
        return "no-channel"
    if parts.scheme not in allowed:
        return "not-allowed"
    # "+Name" would be a header, "-name" a parameter, ":name" a field of the request: nothing of that is in the list.
    return "parameters" if any(name.lower() not in PARAMETERS for name in names) else ""
