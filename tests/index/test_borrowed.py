"""What index.borrowed asks other rooms for is there, under the names that the settings give."""

from __future__ import annotations

import inspect

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from index import borrowed


@pytest.mark.parametrize("work", ["keys", "received"])
def test_what_is_borrowed_is_there(work):
    lender = import_string(settings.SOATIN_BORROWED[work])
    taken = list(inspect.signature(getattr(borrowed, work)).parameters)
    assert len(inspect.signature(lender).parameters) == len(taken)


def test_nothing_else_is_borrowed():
    assert set(settings.SOATIN_BORROWED) == {"keys", "received"}


def test_keys_are_those_of_a_suspect_text():
    found = borrowed.keys("uống nước tỏi chữa khỏi covid trong ba ngày, cả làng tôi đã thử và khỏi hết")
    assert any(key.startswith("w:") for key in found)
