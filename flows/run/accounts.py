"""First accounts and one-time sign-in links, for `soatin init`, `soatin account` and the demo."""

from __future__ import annotations

from django.contrib.auth.models import User

from core.codes.people import Role
from core.settings import Settings
from index.office import accounts, invitations

OPERATOR = "command line"
"""Who is on record where no account answers: the first account is made before there is one."""


def ensure_account(name: str, role: str, full_name: str = "") -> User:
    """The account of this name; if missing it is made, without a password, with the role (inspector, lead, ...)."""
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User(username=name, first_name=full_name)
        user.set_unusable_password()
        accounts.found(OPERATOR, user, Role(role), accounts.Person(full_name))
    return user


def sign_in_link(settings: Settings, user: User, *, hours: float) -> str:
    """An address that signs this person in once, within so many hours."""
    return link_address(settings, invitations.make(OPERATOR, user, hours=hours))


def link_address(settings: Settings, text: str) -> str:
    """Where a link of this text leads."""
    return f"{settings.desk_url or settings.listens_at}/signin/{text}/"
