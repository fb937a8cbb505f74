"""First accounts and one-time sign-in links, for `soatin init` and the demo."""

from __future__ import annotations

from django.contrib.auth.models import Group, User

from core.settings import Settings
from index.proof import audit
from review_ui.sessions.signin import make_token


def ensure_account(name: str, group: str, full_name: str = "") -> User:
    """The account of this name; if missing it is made, without a password, in the group (inspector, lead, ...)."""
    user, made = User.objects.get_or_create(username=name, defaults={"first_name": full_name})
    if made:
        user.set_unusable_password()
        user.is_staff = user.is_superuser = group == "admin"
        user.save()
        user.groups.add(Group.objects.get(name=group))
        audit.record("command line", "account", name, {"group": group})
    return user


def sign_in_link(settings: Settings, user: User, *, hours: float) -> str:
    """An address that signs this person in once, within so many hours."""
    return f"{settings.desk_url or settings.listens_at}/signin/{make_token(user, hours=hours)}/"
