"""What `soatin up` and `soatin demo` run as processes of their own: ``python -m flows.run desk`` or ``… flows``.

Django is started before the part is imported. The parts are named by strings, which import-linter cannot see;
tests/flows/test_up.py and test_whole_way.py go through here.
"""

from __future__ import annotations

import importlib
import sys

from flows.context import open_context
from flows.run.parent import end_with_parent

PARTS = {"desk": "flows.run.desk", "flows": "flows.run.prefect_flows"}

if __name__ == "__main__":
    end_with_parent()
    started = open_context()
    importlib.import_module(PARTS[sys.argv[1]]).serve(started)
