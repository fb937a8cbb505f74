"""What an account may do."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied


def require(user: User, permission: str) -> None:
    """Raise Django's PermissionDenied unless the account is active and may do this."""
    if not user.is_active or not user.has_perm(f"archive.{permission}"):
        raise PermissionDenied(f"archive.{permission}")
