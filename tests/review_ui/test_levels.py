"""Decisions of a level: by the Vietnamese day, asked once more, never rewritten (docs/adr/0018)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core import clock
from index.models import LevelDecision
from index.office import levels
from review_ui.context import plan
from tests.review_ui.test_desk import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(person: Callable[[str], User]) -> Client:
    client = Client()
    client.force_login(person("lead"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def decision(**other: str) -> dict[str, str]:
    code = plan().levels[0].code
    return {
        "level": code, "number": "12/QĐ-UBND", "decided_on": "2021-09-01", "district": "", "confirmed": "yes", **other,
    }  # fmt: skip


@pytest.mark.parametrize("time", ["00:30", "06:59", "23:59"])
def test_a_decision_of_today_is_in_force_at_any_hour_and_one_of_tomorrow_is_refused(
    time: str, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = datetime.fromisoformat(f"2021-09-02T{time}:00+07:00").astimezone(UTC)
    monkeypatch.setattr(clock, "now", lambda: present)
    said = lead.post("/duties/", decision(decided_on="2021-09-03")).content.decode()
    assert "Ngày của quyết định ở tương lai: ghi ngày ký" in said
    assert 'value="12/QĐ-UBND"' in said, "what was typed is there to be mended"
    assert not LevelDecision.objects.exists()
    assert 'max="2021-09-02"' in page(lead, "/duties/")
    lead.post("/duties/", decision(decided_on="2021-09-02"))
    force = levels.level_in_force(plan().name)
    assert force is not None
    assert force.number == "12/QĐ-UBND"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"level": ""}, "Chưa chọn cấp độ"), ({"level": "99"}, "không có trong kế hoạch"),
        ({"number": ""}, "Số quyết định chưa đúng"), ({"number": "quyết định hôm qua"}, "Số quyết định chưa đúng"),
        ({"number": "12"}, "Số quyết định chưa đúng"), ({"decided_on": "hôm qua"}, "Ngày của quyết định chưa đúng"),
        ({"district": "Huyện Lạ"}, "không có trong kế hoạch"),
    ],
)  # fmt: skip
def test_a_wrong_decision_is_refused_with_the_cure(wrong: dict[str, str], said: str, lead: Client) -> None:
    assert said in lead.post("/duties/", decision(**wrong)).content.decode()
    assert not LevelDecision.objects.exists()


@pytest.mark.parametrize("number", ["12/QĐ-UBND", "12/2021/QĐ-UBND", "05a/TB-BCĐ", "1742/UBND-VX1"])
def test_numbers_as_decisions_have_them_are_taken(number: str, lead: Client) -> None:
    lead.post("/duties/", decision(number=number))
    assert LevelDecision.objects.get().number == number


def test_no_level_is_chosen_beforehand(lead: Client) -> None:
    form = page(lead, "/duties/").split('id="decide"', 1)[1].split("</form>", 1)[0]
    assert "selected" not in form
    assert '<option value="">chọn</option>' in form


def test_a_wrong_entry_is_corrected_by_a_later_one_with_a_reason_and_stays_on_record(lead: Client) -> None:
    lead.post("/duties/", decision())
    first = LevelDecision.objects.get()
    assert "đã được ghi" in lead.post("/duties/", decision()).content.decode()
    other = plan().levels[-1].code
    fix = decision(level=other, corrects=str(first.pk))
    assert "phải nêu lý do" in lead.post("/duties/", fix).content.decode()
    assert LevelDecision.objects.count() == 1
    lead.post("/duties/", fix | {"reason": "Ghi nhầm cấp độ trong quyết định"})
    force = levels.level_in_force(plan().name)
    assert force is not None
    assert (force.level, force.corrects) == (other, first)
    html = page(lead, "/duties/")
    assert "Ghi nhầm cấp độ trong quyết định" in html
    assert "<del>01/09/2021" in html
    assert "mục mới nhất" in lead.post("/duties/", fix | {"reason": "Ghi nhầm lần nữa rồi"}).content.decode()
    gone = decision(level="", corrects=str(force.pk), reason="Không có quyết định nào như thế")
    lead.post("/duties/", gone)
    assert levels.level_in_force(plan().name) is None
    assert LevelDecision.objects.count() == 3


def test_a_decision_that_was_corrected_counts_until_then(lead: Client) -> None:
    lead.post("/duties/", decision())
    first = LevelDecision.objects.get()
    lead.post("/duties/", decision(level="", corrects=str(first.pk), reason="Không có quyết định nào như thế"))
    assert list(levels.valid(first.at + timedelta(microseconds=1))) == [first]
    assert not levels.valid().exists()


def test_who_may_not_decide_is_refused(inspector: Client) -> None:
    assert inspector.post("/duties/", decision()).status_code == 403
    assert "Ghi nhận quyết định" not in page(inspector, "/duties/")
