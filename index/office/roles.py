"""Roles as groups with permissions; made again after every migrate, so they are always there (core.codes.people)."""

from __future__ import annotations

from typing import Any

from core.codes.people import Role


def ensure_roles(using: str = "default", **_signal: Any) -> None:
    """Create missing groups and give each its permissions. Permissions that an installation added are kept."""
    from django.apps import apps  # noqa: PLC0415 -- Django must stand first
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415 -- Django must stand first
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415 -- Django must stand first

    create_permissions(apps.get_app_config("archive"), verbosity=0, using=using)  # its own handler may run after this
    for role in Role:
        group, _ = Group.objects.using(using).get_or_create(name=str(role))
        wanted = Permission.objects.using(using).filter(content_type__app_label="archive", codename__in=role.may)
        group.permissions.add(*wanted)
