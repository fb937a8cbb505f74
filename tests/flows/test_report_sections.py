"""What every section of the report promises, whoever added it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from types import ModuleType

import pytest

from core import clock
from core.codes.texts import SourceKind
from core.model.sources import Source
from core.plans import load_plan, names
from flows.papers.forms.blocks import tidy_block
from flows.papers.report.compose import section_modules, section_name
from flows.papers.report.period import Period

pytestmark = pytest.mark.django_db
NOW = clock.now()


def period(province: str) -> Period:
    since = NOW - timedelta(hours=9)
    sources = (Source("bao-mau", "Báo Mẫu", SourceKind.PRESS, "press", (), ("mau.example",)),)
    return Period(load_plan(province), NOW, since, NOW, since - timedelta(hours=9), NOW, sources=sources)


@pytest.mark.parametrize("module", section_modules(), ids=section_name)
@pytest.mark.parametrize("province", names())
def test_a_section_of_an_empty_archive_is_data_and_words(module: ModuleType, province: str) -> None:
    data = json.loads(json.dumps(module.collect(period(province))))
    blocks = module.blocks(data)
    assert [tidy_block(block) for block in blocks] == [tidy_block(block) for block in module.blocks(data)]
    assert module.TITLE.strip() == module.TITLE != ""


def test_sections_stand_in_an_order_that_nobody_shares() -> None:
    orders = Counter(module.ORDER for module in section_modules())
    assert [order for order, count in orders.items() if count > 1] == []
