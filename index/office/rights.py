"""What an account may do, and what it may give to others."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied

from core.codes.people import Role

_ROLES = frozenset(Role)


def require(user: User, permission: str) -> None:
    """Raise Django's PermissionDenied unless the account is active and may do this."""
    if not user.is_active or not user.has_perm(f"archive.{permission}"):
        raise PermissionDenied(f"archive.{permission}")


def role_of(user: User) -> Role | None:
    """The account's role; None: it has none, and so no access. Of several the one with the most rights."""
    held = [Role(group.name) for group in user.groups.all() if group.name in _ROLES]  # may be read ahead
    return max(held, key=lambda role: len(role.may), default=None)


def has_all_of(user: User, role: Role) -> bool:
    """Whether the account has every right of a role, those that an installation added to it too."""
    group = Group.objects.filter(name=str(role)).first()
    of_role = group.permissions.values_list("content_type__app_label", "codename") if group else ()
    return {f"{label}.{code}" for label, code in of_role} <= user.get_all_permissions()


def has_no_less(user: User, other: User) -> bool:
    """Whether the account has every right that the other one has."""
    return other.get_all_permissions() <= user.get_all_permissions()
