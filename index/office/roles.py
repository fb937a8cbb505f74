"""The groups that accounts belong to and what each may do; made again after every migrate, so they are always there."""

from __future__ import annotations

from typing import Any

_INSPECT = ("search", "give_verdict", "arrange_claims", "open_case")
_LEAD = (*_INSPECT, "reveal_author", "decide_level", "review_measures", "send_report", "manage_sources")
ROLES: dict[str, tuple[str, ...]] = {"analyst": ("search",), "inspector": _INSPECT, "lead": _LEAD, "admin": _LEAD}
ADMIN_ALSO = ("add_user", "change_user", "view_user")  # admins keep accounts; that is all they have above leads


def ensure_roles(using: str = "default", **_signal: Any) -> None:
    """Create missing groups and give each its permissions. Permissions that an installation added are kept."""
    from django.apps import apps  # noqa: PLC0415 -- Django must stand first
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415 -- Django must stand first
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415 -- Django must stand first

    for label in ("auth", "archive"):  # auth's own signal handler may run after this one
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    for name, codes in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        wanted = Permission.objects.using(using).filter(content_type__app_label="archive", codename__in=codes)
        group.permissions.add(*wanted)
        if name == "admin":
            own = Permission.objects.using(using).filter(content_type__app_label="auth", codename__in=ADMIN_ALSO)
            group.permissions.add(*own)
