"""Channels as they may be entered: by the rule of core.channels, and such that apprise understands."""

from __future__ import annotations

from collections.abc import Collection

from core.channels import refusal


def acceptable(address: str, allowed: Collection[str]) -> bool:
    """Whether messages may be sent to this address."""
    if refusal(address, allowed):
        return False
    import apprise  # noqa: PLC0415 -- heavy

    return apprise.Apprise.instantiate(address, suppress_exceptions=True) is not None
