"""Who gets in, what a role opens, and that nobody gets more than they have or acts without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from core.codes.people import Role
from core.plans import load_plan
from index.models import ApiToken, AuditEntry
from index.office import accounts, invitations, tokens
from index.office.rights import role_of
from index.proof import audit
from review_ui import rates
from tests.review_ui.test_desk import page

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PASSWORD = "mat-khau-dai-1"
PLAN = load_plan("vinh-phuc")
Make = Callable[[str], User]


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates.SIGN_INS, "_times", {})


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def actions() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("actor", "action"))


def try_password(client: Client, name: str, password: str, **more: str) -> Any:
    return client.post("/signin/", {"username": name, "password": password}, **more)


def set_password(client: Client, password: str) -> Any:
    return client.post("/password/", {"new_password1": password, "new_password2": password})


class TestWithoutARole:
    def test_an_account_sees_nothing_is_told_so_and_can_sign_out(self, db: None) -> None:
        client = signed_in(User.objects.create_user("moi"))
        for address in (
            "/",
            "/search/?q=covid",
            "/cases/",
            "/reports/",
            "/duties/",
            "/sources/",
            "/help/",
            "/accounts/",
        ):
            assert "chưa được giao vai trò" in page(client, address, 403)
        assert client.post("/signout/").status_code == 302

    def test_a_superuser_of_django_is_nobody_here(self, db: None) -> None:
        client = signed_in(User.objects.create_superuser("root"))
        assert "chưa được giao vai trò" in page(client, "/", 403)
        page(client, "/accounts/", 403)

    def test_djangos_own_administration_is_gone(self, person: Make) -> None:
        client = signed_in(person("admin"))
        for address in ("/admin/", "/accounts/auth/user/", "/accounts/login/"):
            assert client.get(address).status_code == 404


class TestRoles:
    def test_a_unit_begins_at_the_duties_and_reads_nothing_else(self, person: Make) -> None:
        client = signed_in(person("unit"))
        assert client.get("/")["Location"] == "/duties/"
        html = page(client, "/duties/")
        assert "/sources/" not in html
        page(client, "/cases/", 403)

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
    def test_only_an_admin_keeps_accounts(self, person: Make, role: Role) -> None:
        client, other = signed_in(person(role)), User.objects.create_user("khac")
        page(client, "/accounts/", 403)
        for what in ("role", "disable", "enable", "link"):
            assert client.post(f"/accounts/{other.pk}/{what}/", {"role": "admin"}).status_code == 403
        other.refresh_from_db()
        assert other.is_active
        assert role_of(other) is None
        assert (f"{role}-1", "refused") in actions()

    def test_nobody_changes_their_own_role_or_disables_themselves(self, person: Make) -> None:
        user = person("admin")
        client = signed_in(user)
        assert client.post(f"/accounts/{user.pk}/role/", {"role": "lead"}).status_code == 403
        assert client.post(f"/accounts/{user.pk}/disable/").status_code == 403
        assert role_of(User.objects.get(pk=user.pk)) is Role.ADMIN
        assert actions().count(("admin-1", "account.refused")) == 2

    def test_nobody_gives_rights_that_they_do_not_have(self, person: Make) -> None:
        """An installation that takes a right from its admins, or gives leads the keeping of accounts."""
        keeper, colleague = person("lead"), User.objects.create_user("khac")
        permission = Group.objects.get(name="admin").permissions.get(codename="keep_accounts")
        keeper.user_permissions.add(permission)
        narrow = person("inspector")
        narrow.user_permissions.add(permission)
        colleague.groups.add(Group.objects.get(name="lead"))
        for target in (narrow.username, colleague.username):
            with pytest.raises(accounts.RefusedError):
                accounts.add(narrow, f"x-{target}", "lead", accounts.Person(), PLAN)
        with pytest.raises(accounts.RefusedError):
            accounts.link(narrow, colleague)  # whoever can open it has the rights of a lead
        with pytest.raises(accounts.RefusedError):
            accounts.change_role(narrow, colleague, "analyst")
        with pytest.raises(accounts.RefusedError):
            accounts.disable(narrow, colleague)
        accounts.change_role(keeper, colleague, "analyst")
        assert role_of(User.objects.get(pk=colleague.pk)) is Role.ANALYST
        assert [actor for actor, action in actions() if action == "account.refused"] == ["inspector-1"] * 5

    def test_a_role_counts_from_the_next_request(self, person: Make) -> None:
        admin, analyst = signed_in(person("admin")), person("analyst")
        client = signed_in(analyst)
        page(client, "/sources/new/", 403)
        assert admin.post(f"/accounts/{analyst.pk}/role/", {"role": "lead"}).status_code == 302
        page(client, "/sources/new/")
        entry = AuditEntry.objects.get(action="account.role")
        assert entry.detail == {"name": "analyst-1", "before": "analyst", "role": "lead"}


class TestDisabled:
    def test_it_ends_at_once_and_does_not_come_back_with_the_account(self, person: Make) -> None:
        admin, user = signed_in(person("admin")), person("inspector")
        client, text = signed_in(user), invitations.make("admin-1", user)
        _token, key = tokens.make(user, "bảng", ["search"], 7)
        page(client, "/")
        assert admin.post(f"/accounts/{user.pk}/disable/").status_code == 302
        assert client.get("/")["Location"].startswith("/signin/")
        assert tokens.find(key) is None
        assert admin.post(f"/accounts/{user.pk}/link/").status_code == 400
        assert admin.post(f"/accounts/{user.pk}/enable/").status_code == 302
        for again in (client, Client()):
            assert again.get("/")["Location"].startswith("/signin/")
            assert again.get(f"/signin/{text}/")["Location"] == "/signin/"
            assert try_password(again, user.username, PASSWORD).status_code == 200
        assert ApiToken.objects.get().revoked is not None
        assert [action for _, action in actions() if action.startswith("account")] == [
            "account.link", "account.disable", "account.enable",
        ]  # fmt: skip


class TestNewPeople:
    def test_an_invited_person_sets_a_password_and_works(self, person: Make) -> None:
        admin = signed_in(person("admin"))
        given = {"name": "lan", "role": "inspector", "full_name": "Nguyễn Thị Lan", "title": "Thanh tra viên"}
        html = admin.post("/accounts/", given).content.decode()
        [link] = re.findall(r"/signin/[\w-]{43}/", html)
        assert link not in page(admin, "/accounts/")
        client = Client()
        assert client.get(link)["Location"] == "/password/"
        assert (
            client.post(
                "/password/", {"new_password1": "12345678901234", "new_password2": "12345678901234"}
            ).status_code
            == 400
        )
        assert (
            client.post("/password/", {"new_password1": "mua-thu-ha-noi", "new_password2": "mua-thu-ha-noi"})[
                "Location"
            ]
            == "/"
        )
        assert "Nguyễn Thị Lan" in page(client, "/")
        assert try_password(Client(), "lan", "mua-thu-ha-noi")["Location"] == "/"
        assert [(actor, action) for actor, action in actions() if actor == "lan"] == [
            ("lan", "signin.link"), ("lan", "password.set"), ("lan", "signin"),
        ]  # fmt: skip
        assert not audit.verify()

    def test_who_forgot_the_password_sets_another_by_a_link_and_other_sessions_end(self, person: Make) -> None:
        admin, user = signed_in(person("admin")), person("inspector")
        before = signed_in(user)
        html = admin.post(f"/accounts/{user.pk}/link/").content.decode()
        client = Client()
        assert client.get(re.findall(r"/signin/[\w-]{43}/", html)[0])["Location"] == "/"
        assert (
            client.post("/password/", {"new_password1": "mua-thu-ha-noi", "new_password2": "mua-thu-ha-noi"})[
                "Location"
            ]
            == "/"
        )
        page(client, "/")
        assert before.get("/")["Location"].startswith("/signin/")
        assert "old_password" in page(client, "/password/"), "the next change asks for the one that is known"

    def test_a_later_link_voids_the_one_before(self, person: Make) -> None:
        user = person("inspector")
        first, second = invitations.make("a", user), invitations.make("a", user)
        assert invitations.redeem(first) is None
        assert invitations.redeem(second) == user

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"name": "LEAD-1"}, "Đã có tài khoản"),
            ({"name": "tên có khoảng trắng"}, "Tên đăng nhập dài"),
            ({"name": ""}, "Tên đăng nhập dài"),
            ({"name": "a\0b"}, "Tên đăng nhập dài"),
            ({"role": ""}, "vai trò"),
            ({"role": "superuser"}, "vai trò"),
            ({"role": "unit"}, "cần một đơn vị"),
            ({"unit": "khong-co"}, "không có đơn vị"),
            ({"district": "Sao Hỏa"}, "không có địa bàn"),
            ({"email": "khong-phai-thu"}, "Địa chỉ thư"),
            ({"full_name": "x" * 151}, "một dòng"),
            ({"full_name": "An\u202eB\r\nBcc: x"}, "một dòng"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_made(self, person: Make, given: dict[str, str], said: str) -> None:
        person("lead")
        client = signed_in(person("admin"))
        response = client.post("/accounts/", {"name": "moi", "role": "inspector"} | given)
        assert response.status_code == 400
        assert said in response.content.decode()
        assert User.objects.count() == 2

    def test_what_is_known_of_a_person_changes_with_a_record_of_the_fields(self, person: Make) -> None:
        user, unit = person("inspector"), next(iter(PLAN.units))
        client = signed_in(person("admin"))
        changed = {"full_name": "Trần Văn B", "unit": unit, "district": PLAN.districts[0], "email": "b@example.vn"}
        assert client.post(f"/accounts/{user.pk}/", changed).status_code == 302
        assert accounts.person_of(User.objects.get(pk=user.pk)) == accounts.Person(**changed)
        entry = AuditEntry.objects.get(action="account.edit")
        assert entry.detail["fields"] == ["district", "email", "full_name", "unit"]
        assert "example.vn" not in str(entry.detail)


class TestSigningIn:
    def test_every_coming_and_going_is_on_record_but_not_what_was_typed(self, person: Make) -> None:
        person("inspector")
        client = Client()
        try_password(client, "mat-khau-go-nham-o-ten", "x")
        try_password(client, "inspector-1", "mat-khau-sai")
        try_password(client, "inspector-1", PASSWORD)
        client.post("/signout/")
        assert actions() == [
            ("unknown account", "signin.refused"), ("inspector-1", "signin.refused"), ("inspector-1", "signin"),
            ("inspector-1", "signout"),
        ]  # fmt: skip
        everything = str(list(AuditEntry.objects.values_list("subject", "detail")))
        assert "mat-khau" not in everything
        assert "127.0.0.1" in everything

    def test_a_locked_out_person_reads_so_in_vietnamese_and_finds_back(self, person: Make) -> None:
        person("inspector")
        client = Client()
        for _ in range(8):
            response = try_password(client, "inspector-1", "sai")
        html = response.content.decode()
        assert response.status_code == 429
        assert "Tạm khóa đăng nhập" in html
        assert 'href="/signin/"' in html
        assert try_password(client, "inspector-1", PASSWORD).status_code == 429
        assert ("inspector-1", "signin.locked") in actions()

    def test_one_address_does_not_try_names_without_end(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rates.SIGN_INS, "requests", 5)
        client = Client()
        answers = [try_password(client, f"ten-{n}", "sai") for n in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert "Hãy đợi một phút" in answers[-1].content.decode()
        assert AuditEntry.objects.count() == 5

    def test_a_form_that_is_out_of_date_says_so_and_leads_back(self, person: Make) -> None:
        client = Client(enforce_csrf_checks=True)
        response = try_password(client, "inspector-1", PASSWORD)
        html = response.content.decode()
        assert response.status_code == 403
        assert "thao tác chưa được ghi nhận" in html
        assert 'href="/"' in html

    @pytest.mark.parametrize("who", ["nobody", "inspector"])
    def test_an_address_that_is_none_leads_back(self, person: Make, who: str) -> None:
        client = Client() if who == "nobody" else signed_in(person("inspector"))
        html = page(client, "/khong-co-trang-nay/", 404)
        assert "Không có trang này" in html
        assert 'href="/"' in html

    def test_a_foreign_host_is_refused_with_a_way_back(self, db: None) -> None:
        response = Client().get("/", headers={"host": "ke-la.example"})
        assert response.status_code == 400
        assert 'href="/"' in response.content.decode()


class TestBehindAProxy:
    """The address on record, and for the lock-out, is the client's only where a trusted proxy says so."""

    def address(self, settings: Any, peer: str, forwarded: str, *trusted: str) -> str:
        settings.SOATIN = _Trusting(settings.SOATIN, trusted)
        try_password(Client(), "ai-do", "sai", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
        return str(AuditEntry.objects.latest("id").detail["from"])

    def test_what_anybody_writes_there_is_not_believed(self, db: None, settings: Any) -> None:
        assert self.address(settings, "203.0.113.9", "198.51.100.1") == "203.0.113.9"
        assert self.address(settings, "203.0.113.9", "198.51.100.1", "127.0.0.1") == "203.0.113.9"

    def test_a_trusted_proxy_is_believed_as_far_as_it_saw(self, db: None, settings: Any) -> None:
        assert self.address(settings, "127.0.0.1", "6.6.6.6, 198.51.100.1", "127.0.0.1") == "198.51.100.1"
        assert (
            self.address(settings, "127.0.0.1", "198.51.100.1, 10.0.0.7", "127.0.0.1", "10.0.0.0/8") == "198.51.100.1"
        )
        assert self.address(settings, "127.0.0.1", "198.51.100.1, <script>", "127.0.0.1") == "127.0.0.1"
        assert self.address(settings, "127.0.0.1", "", "127.0.0.1") == "127.0.0.1"

    def test_a_changing_header_does_not_walk_round_the_lock_out(self, person: Make) -> None:
        person("inspector")
        answers = [
            try_password(Client(), "inspector-1", "sai", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code
            for n in range(9)
        ]
        assert answers[-1] == 429


class _Trusting:
    """The settings in force, with proxies that are trusted."""

    def __init__(self, settings: Any, proxies: tuple[str, ...]) -> None:
        self._settings, self.trusted_proxies = getattr(settings, "_settings", settings), list(proxies)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)
