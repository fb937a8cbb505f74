# Two commands do everything: `make demo` and `make test`. Python 3.11 and make are all they need.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
ONCE ?=
FAST := -n auto --dist loadfile -m "not browser and not slow"

.PHONY: install demo test test-servers lint check bench bench-growth lock clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { \
	  echo "soatin needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "this Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@# -c as well: without it pip looks at newer versions of what another package asks for with an extra, and stops at their hashes
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock -c requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m classify.model.shipped
	@touch $@

demo: install
	$(BIN)/soatin demo $(if $(ONCE),--once)

test: install
	@tests/services/chromium.sh
	$(BIN)/python -m pytest $(FAST)
	$(BIN)/python -m pytest -m "browser or slow"

# The archive and search again, on a real PostgreSQL and a real Elasticsearch that are started for it.
test-servers: install
	tests/services/with_servers.sh $(BIN)/python -m pytest tests/index tests/review_ui \
	  tests/flows/test_backup.py tests/flows/test_retention.py tests/flows/test_clock_step.py tests/flows/test_given_up.py \
	  tests/flows/test_search_away.py tests/flows/test_report.py tests/flows/test_relook.py tests/flows/test_packages.py \
	  tests/flows/test_findings.py -m "not browser"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/python -m pytest $(FAST)

bench: install
	$(BIN)/python -m tests.bench

# 10,000, 50,000 and 200,000 documents: takes from a quarter of an hour to an hour.
bench-growth: install
	$(BIN)/python -m tests.bench.growth --out docs/growth.md

lock: pyproject.toml
	$(BIN)/pip-compile --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --all-extras --allow-unsafe -q -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo-data build *.egg-info
