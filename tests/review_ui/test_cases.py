"""Cases at the desk: on what may be handled only, and naming nobody who asked or gave an opinion."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from core import clock
from index import models
from index.archive import cases
from index.models import Case, Claim, Document, Verdict


def test_no_case_on_what_was_found_true_and_the_desk_says_so(seeded: list[Document], inspector: Client) -> None:
    claim = models.Document.objects.get(id=seeded[0].id).claim
    assert claim is not None
    assert "Lập hồ sơ" in inspector.get(f"/claims/{claim.pk}/").content.decode()
    inspector.post(f"/claims/{claim.pk}/verdict/", {"value": "true", "document": seeded[0].id})
    assert "Lập hồ sơ" not in inspector.get(f"/claims/{claim.pk}/").content.decode()
    answer = inspector.post(f"/claims/{claim.pk}/case/", follow=True).content.decode()
    assert "Không lập hồ sơ đối với tin xác thực" in answer
    assert not Case.objects.exists()


def test_who_only_asked_is_not_offered_and_not_named(seeded: list[Document], person: Callable[[str], User]) -> None:
    claim = models.Document.objects.get(id=seeded[0].id).claim
    assert claim is not None
    models.Document.objects.filter(id=seeded[0].id).update(text_kind="question")
    user = person("lead")
    lead = Client()
    lead.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    case = cases.open_case(user, claim)
    assert "Tên người đăng" not in lead.get(f"/cases/{case.pk}/").content.decode()
    key = models.Document.objects.get(id=seeded[0].id).author_id
    address = f"/cases/{case.pk}/author/"
    answer = lead.post(address, {"author": key, "reason": "chuyển cơ quan công an"}, follow=True).content.decode()
    assert "không xem tên người hỏi" in answer
    assert "Nguyễn Văn A" not in answer


def test_a_case_says_which_of_its_verdicts_stands(seeded: list[Document], inspector: Client) -> None:
    """Of three, the last one only."""
    claim = Claim.objects.get(documents__id=seeded[0].id)
    person = User.objects.get(username="inspector-1")
    for value in ("false", "true", "misleading"):
        Verdict.objects.create(claim=claim, document=claim.documents.get(), value=value, by=person, at=clock.now())
    inspector.post(f"/claims/{claim.pk}/case/")
    page = inspector.get(f"/cases/{Case.objects.get(claim=claim).pk}/").content.decode()
    assert page.count("đang có hiệu lực") == 1
    assert page.index("đang có hiệu lực") < page.index("<b>Tin xác thực</b>")
