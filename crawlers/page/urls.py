"""Addresses: one form for one page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from core.sources.addresses import PORTS

_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|zarsrc|zanpid|igshid|mc_[ce]id|_ga|_gl|gidzl"
    r"|vn_(source|campaign|medium|term|content|aff|zone|thumb)|spm|ref_?src)$",
    re.IGNORECASE,
)
_AMP = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("is_amp", "1"), ("outputtype", "amp")})
"""Parameters by which sites show the AMP form of a page."""
_ELSEWHERE = ("m.", "amp.", "mobile.")
"""Hosts of the same site's forms for telephones."""
_SAFE_PATH = "/:@!$&'()*+,;=-._~"


def canonical_url(url: str) -> str:
    """The one form of an address that identity is computed from; idempotent.

    ``https`` where no port says otherwise (a site is the same over both), lower-case host, no default port, no
    ``m.``/``amp.``/``mobile.`` host prefix, no fragment, no tracking or AMP parameters, the others sorted, percent-
    encoding normalised. What is no http address is returned stripped.
    """
    url = re.sub(r"[\x00-\x20\x7f]+", "", url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host:
        return url
    while host.startswith(_ELSEWHERE) and host.count(".") >= 2:
        host = host.split(".", 1)[1]
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and str(port) != PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    else:
        scheme = "https"
    path = _quoted(parts.path) or "/"
    if path.endswith(("/amp", "/amp/")):
        path = path.rstrip("/")[: -len("/amp")] or "/"
        return canonical_url(urlunsplit((scheme, netloc, path, parts.query, "")))
    given = parse_qsl(parts.query, keep_blank_values=True)
    pairs = [(k, v) for k, v in given if not _TRACKING.match(k) and (k.lower(), v.lower()) not in _AMP]
    return urlunsplit((scheme, netloc, path, urlencode(sorted(pairs)), ""))


def _quoted(path: str) -> str:
    """The path with each character either plain or percent-encoded in one way; ``%2F`` stays what it is."""
    pieces = re.split(r"(%2[fF]|%25)", path)
    return "".join(
        p.upper() if i % 2 else quote(unquote(p, errors="surrogateescape"), safe=_SAFE_PATH, errors="surrogateescape")
        for i, p in enumerate(pieces)
    )


def absolute(base: str, href: str) -> str:
    """``href`` as found on the page at ``base``, absolute, without fragment; empty when it is no http address."""
    if not href.strip():
        return ""
    try:
        url = urljoin(base, re.sub(r"[\x00-\x1f\x7f]+", "", href).strip())
        parts = urlsplit(url)
        if parts.scheme.lower() not in PORTS or not parts.hostname:
            return ""
        _ = parts.port
    except ValueError:
        return ""
    return urlunsplit(parts._replace(fragment=""))
