"""What a poll says about the next one is kept with the source's state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock
from core.codes.texts import DocumentKind
from core.model.documents import Document
from core.model.drops import Polled
from index.archive.intake import take_in
from index.models import SourceState

pytestmark = pytest.mark.django_db
KNOWN = {"https://bao.example/rss": {"etag": '"a1"'}}


def test_validators_and_pauses_are_kept_until_the_next_poll():
    at = clock.now()
    until = at + timedelta(hours=1)
    take_in([Polled("bao", at, 3, "", KNOWN, until)], {})
    state = SourceState.objects.get(name="bao")
    assert (state.validators, state.not_before) == (KNOWN, until)
    take_in([Polled("bao", at + timedelta(hours=2), 3, "")], {})
    state.refresh_from_db()
    assert (state.validators, state.not_before) == ({}, None)


def test_how_much_a_source_brings_is_known_after_a_poll_that_answered():
    at = clock.now()
    take_in([Polled("bao", at, 1, "network https://bao.example/rss")], {})
    assert SourceState.objects.get(name="bao").daily is None
    url = "https://bao.example/bai-1.html"
    document = Document("d1", "bao", DocumentKind.ARTICLE, url, url, "Tin", "Nội dung", None, at)
    take_in([document, Polled("bao", at + timedelta(minutes=30), 2, "")], {})
    assert SourceState.objects.get(name="bao").daily == 1.0
    take_in([Polled("im-lang", at, 2, "")], {})
    assert SourceState.objects.get(name="im-lang").daily == 0.0
