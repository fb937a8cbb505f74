"""A wrong query is explained in the language of the screen."""

from __future__ import annotations

import ast
import inspect

from index.query import parse
from review_ui.query_words import VIETNAMESE


def test_every_fixed_message_of_the_query_language_has_a_vietnamese_one() -> None:
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(parse))) if isinstance(node, ast.Call)]
    messages = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "QueryError" and isinstance(call.args[0], ast.Constant)
    }
    assert messages == set(VIETNAMESE)
