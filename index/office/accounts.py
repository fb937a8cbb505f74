"""Accounts: made, changed, disabled and enabled again, each with its audit entry in the same transaction.

Nobody gives a right that they do not have, nobody changes their own role, and nobody sets another's password: a link
lets the person do that. What is refused is on record too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import NoReturn

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation

from core import clock
from core.codes.people import AccountProblem, Role
from core.errors import UsageError
from core.plans import ProvincePlan
from index.models import ApiToken, Profile
from index.office import invitations
from index.office.rights import has_all_of, has_no_less, role_of
from index.proof import audit

LONGEST = 150
"""Of a full name and of a title."""


class AccountError(UsageError):
    """Something about an account that cannot be; ``problem`` has its words in both languages."""

    def __init__(self, problem: AccountProblem, where: str, cure: str = "") -> None:
        self.problem = problem
        super().__init__(problem.en, where=where, cure=cure)


class RefusedError(AccountError):
    """Who asked may not do it. It is on record already."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person. ``unit``: a code of the plan; ``district``: as the plan writes it."""

    full_name: str = ""
    title: str = ""
    email: str = ""
    unit: str = ""
    district: str = ""


def named(name: str) -> User:
    """The account of this name. Raises AccountError."""
    user = User.objects.filter(username=name).first() if "\0" not in name else None
    if user is None:
        raise AccountError(AccountProblem.NO_ACCOUNT, name, "see `soatin account list`")
    return user


def everybody() -> Iterable[User]:
    """All accounts by name, with role and profile read ahead."""
    return User.objects.select_related("profile").prefetch_related("groups").order_by("username")


def person_of(user: User) -> Person:
    """What is known of the person behind an account."""
    profile = getattr(user, "profile", None) or Profile()  # none: an account that a test or an old version made
    return Person(user.first_name, profile.title, user.email, profile.unit, profile.district)


def add(by: User, name: str, role: str, person: Person, plan: ProvincePlan, password: str | None = None) -> User:
    """A new account; without a password it is entered by a link. Raises AccountError."""
    given = _role(role)
    _keeper(by, name)
    if not has_all_of(by, given):
        _refuse(by, AccountProblem.MORE_RIGHTS, name)
    user = User(username=User.normalize_username(name), email=person.email, first_name=person.full_name)
    _check_name(user)
    _check(person, given, plan, name)
    if password is None:
        user.set_unusable_password()
    else:
        try:
            with translation.override("en"):  # the command line's language: the desk sets nobody's password
                validate_password(password, user)
        except ValidationError as error:
            raise AccountError(AccountProblem.PASSWORD_WEAK, name, " ".join(error.messages)) from None
        user.set_password(password)
    return found(by.get_username(), user, given, person)


def found(by: str, user: User, role: Role, person: Person) -> User:
    """Store a new account that was checked. Raises AccountError when somebody took the name meanwhile."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user.groups.set([Group.objects.get(name=str(role))])
            Profile.objects.create(user=user, title=person.title, unit=person.unit, district=person.district)
            audit.record(by, "account.add", f"user:{user.pk}", {"name": user.get_username(), "role": str(role)})
    except IntegrityError:
        raise AccountError(AccountProblem.NAME_TAKEN, user.get_username()) from None
    return user


def edit(by: User, user: User, person: Person, plan: ProvincePlan) -> None:
    """Change what is known of a person; the record names the fields that changed, not what stands in them."""
    _may_change(by, user)
    _check(person, role_of(user), plan, user.get_username())
    before = asdict(person_of(user))
    changed = sorted(name for name, value in asdict(person).items() if value != before[name])
    if not changed:
        return
    kept = {"title": person.title, "unit": person.unit, "district": person.district}
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(first_name=person.full_name, email=person.email)
        Profile.objects.update_or_create(user=user, defaults=kept)
        _record(by, "account.edit", user, fields=changed)


def change_role(by: User, user: User, role: str) -> None:
    """Give the account this role instead of the one it has. Raises AccountError."""
    given = _role(role)
    _may_change(by, user, own=False)
    if not has_all_of(by, given):
        _refuse(by, AccountProblem.MORE_RIGHTS, user.get_username())
    if given.of_unit and not person_of(user).unit:
        raise AccountError(AccountProblem.UNIT_MISSING, user.get_username())
    with transaction.atomic():
        before = role_of(User.objects.select_for_update().get(pk=user.pk))
        user.groups.set([Group.objects.get(name=str(given))])
        _record(by, "account.role", user, before=str(before or ""), role=str(given))


def disable(by: User, user: User) -> None:
    """End access now: sessions, password, links and keys to the API are void. What the person did stays."""
    _may_change(by, user, own=False)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        row.is_active = False
        row.set_unusable_password()  # a session carries a hash of the password: none of them comes back later
        row.save(update_fields=["is_active", "password"])
        invitations.void(row)
        ApiToken.objects.filter(owner=row, revoked=None).update(revoked=clock.now())
        _record(by, "account.disable", row)
    user.refresh_from_db()


def enable(by: User, user: User) -> None:
    """Let a disabled account in again; it needs a link, since its password is gone."""
    _may_change(by, user, own=False)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        _record(by, "account.enable", user)
    user.refresh_from_db()


def link(by: User, user: User) -> str:
    """The text of a new one-time link, with which the person sets a password. Raises AccountError."""
    _may_change(by, user)
    if not user.is_active:
        raise AccountError(AccountProblem.DISABLED, user.get_username())
    return invitations.make(by.get_username(), user)


def _keeper(by: User, where: str) -> None:
    if not by.is_active or role_of(by) is None or not by.has_perm("archive.keep_accounts"):
        _refuse(by, AccountProblem.NOT_KEEPER, where)


def _may_change(by: User, user: User, *, own: bool = True) -> None:
    """Raise RefusedError unless ``by`` may change this account; ``own``: their own one too."""
    _keeper(by, user.get_username())
    if by.pk == user.pk and not own:
        _refuse(by, AccountProblem.OWN, user.get_username())
    if not has_no_less(by, user):
        _refuse(by, AccountProblem.MORE_RIGHTS, user.get_username())


def _refuse(by: User, problem: AccountProblem, where: str) -> NoReturn:
    audit.record(by.get_username(), "account.refused", where, {"why": str(problem)})
    raise RefusedError(problem, where)


def _role(role: str) -> Role:
    if role not in set(Role):
        raise AccountError(AccountProblem.ROLE_UNKNOWN, role, f"one of: {', '.join(Role)}")
    return Role(role)


def _check_name(user: User) -> None:
    try:
        User._meta.get_field("username").clean(user.username, user)  # noqa: SLF001 -- Django's documented interface
    except ValidationError:
        raise AccountError(AccountProblem.NAME_WRONG, user.username[:LONGEST]) from None
    if User.objects.filter(username__iexact=user.username).exists():
        raise AccountError(AccountProblem.NAME_TAKEN, user.username)


def _check(person: Person, role: Role | None, plan: ProvincePlan, where: str) -> None:
    if any(len(text) > LONGEST or not text.isprintable() for text in (person.full_name, person.title)):
        raise AccountError(AccountProblem.TEXT_WRONG, where)
    if person.unit and person.unit not in plan.units:
        raise AccountError(AccountProblem.UNIT_UNKNOWN, where, f"one of: {', '.join(plan.units)}")
    if role is not None and role.of_unit and not person.unit:
        raise AccountError(AccountProblem.UNIT_MISSING, where, f"one of: {', '.join(plan.units)}")
    if person.district and person.district not in plan.districts:
        raise AccountError(AccountProblem.DISTRICT_UNKNOWN, where, f"one of: {', '.join(plan.districts)}")
    if person.email:
        try:
            validate_email(person.email)
        except ValidationError:
            raise AccountError(AccountProblem.EMAIL_WRONG, where) from None


def _record(by: User, action: str, user: User, **detail: object) -> None:
    audit.record(by.get_username(), action, f"user:{user.pk}", {"name": user.get_username(), **detail})
