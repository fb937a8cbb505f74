"""What the archive knows of a source's days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from tests.index.make import START

pytestmark = pytest.mark.django_db
NOW = START + timedelta(days=40)
DAY = timedelta(days=1)


@pytest.fixture
def keep() -> Callable[..., None]:
    """Documents of a source that were taken in so many days before."""
    from index.models import Document

    def keep(source: str, days_ago: float, number: int, size: int = 100) -> None:
        taken = NOW - timedelta(days=days_ago)
        count = Document.objects.count()
        Document.objects.bulk_create(
            Document(
                id=f"{count + n:020d}", source=source, source_kind="press", kind="article", url="u", canonical_url="u",
                title="t", text="x" * size, fetched=taken, moment=taken, first_seen=taken, sha256="",
            )
            for n in range(number)
        )  # fmt: skip

    return keep


def test_days_and_weeks_are_counted_as_far_as_the_source_was_watched(keep: Callable[..., None]) -> None:
    from index import models
    from index.views import health

    models.SourceState.objects.create(name="bao", last_polled=NOW, last_success=NOW, daily=3.0, last_error="")
    for days_ago, number in ((0.5, 3), (0.9, 1), (1.5, 2), (7.5, 10), (14.5, 20), (16, 1), (21.5, 30)):
        keep("bao", days_ago, number)
    keep("khac", 0.5, 50)
    found = health.measure(["bao", "moi"], NOW)
    bao = found["bao"]
    assert (bao.polled, bao.daily, bao.day, bao.week) == (True, 3.0, 4, 6)
    assert bao.days_before == (10, 20), "of the third week only half a day was watched"
    assert bao.usual_day == 15
    assert bao.weeks_before == (10,)
    assert found["moi"] == type(bao)(polled=False)


def test_texts_and_drops_are_measured(keep: Callable[..., None]) -> None:
    from index import models
    from index.views import health

    keep("bao", 10, 25, size=1000)
    keep("bao", 0.5, 10, size=100)
    for number, (reason, ago) in enumerate([("no-text", 0.1), ("robots", 0.2), ("robots", 0.3), ("no-text", 1.5)]):
        models.Drop.objects.create(key=str(number), stage="read", reason=reason, source="bao", at=NOW - ago * DAY)
    found = health.measure(["bao"], NOW)["bao"]
    assert found.texts == (100,) * 10
    assert set(found.texts_before) == {1000}
    assert found.shorter_share == 1.0
    assert (found.unread, found.refused) == (1, 2)


def test_signs_that_stood_at_a_moment_are_known_later() -> None:
    from index.models import Alarm
    from index.views import health

    now = clock.now()
    for code, raised, cleared in (("source-quiet", 5, 3), ("source-silent", 2, None), ("disk", 5, None)):
        Alarm.objects.create(
            code=code, subject="bao", words="w", raised=now - raised * DAY, changed=now,
            cleared=None if cleared is None else now - cleared * DAY,
        )  # fmt: skip
    assert health.raised() == {"bao": {"silent"}}
    assert health.raised(now - 4 * DAY) == {"bao": {"quiet"}}
    assert health.raised(now - 2.5 * DAY) == {}
