"""No text of a stranger takes time that grows faster than its length."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from tests.attack.text_functions import FUNCTIONS, NASTY

SIZE = 8_000
"""Characters; something quadratic takes ten times what is usual here, and four times that when doubled."""
FLOOR = 0.05
"""Seconds under which a doubling says nothing: noise, and what is done once whatever the length."""


def spent(function: Callable[[str], object], unit: str, size: int) -> float:
    """Processor seconds of reading a text made of one piece again and again, with a letter that ends its run."""
    text = (unit * (size // len(unit) + 1))[:size] + "x"
    gc.disable()  # a collection costs what all that is loaded costs, whoever sets it off
    try:
        began = time.process_time()
        function(text)
        return time.process_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    function = FUNCTIONS[name]
    function("xin chào các bạn")  # what is loaded once is not measured
    slowest = sorted(NASTY, key=lambda unit: spent(function, unit, SIZE // 4), reverse=True)[:4]
    for unit in slowest:
        once, twice = spent(function, unit, SIZE), spent(function, unit, 2 * SIZE + 1)
        for more in range(2, 6):  # again, before anything is said: a busy machine's caches are cold now and then
            if twice <= max(FLOOR, 3.2 * once):
                break
            once = max(once, spent(function, unit, SIZE + more))
            twice = min(twice, spent(function, unit, 2 * SIZE + more))
        assert twice <= max(FLOOR, 3.2 * once), f"{name} of {unit!r}: {once:.3f} s, doubled {twice:.3f} s"
