# What each target does stands beside it; `make` alone lists them. The plain commands are in README.md too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE :=  # nothing in it: tests start many processes, and each would compile everything again

.DEFAULT_GOAL := help
.PHONY: help setup ui translations demo test browser pictures drills check bench lock schemas clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready  ## a virtual environment with the exact versions of requirements/dev.lock

$(VENV)/.ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cairn needs Python 3.11 or later: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

ui: setup  ## the front end and the message catalogues, where their sources have changed
	$(BIN)/python ui/hatch_build.py

translations: setup  ## collect the sentences of templates and code, and bring the German catalogue in step with them
	$(BIN)/python ui/translations.py

demo: ui  ## a demo organisation with two years of history, the site and its worker, on this machine
	$(BIN)/lms demo

test: ui  ## every test
	$(BIN)/pytest -n 2

browser: ui  ## the site in a real browser (Debian's chromium): whole walks, every page in light, dark and on a phone
	$(BIN)/pytest tests/browser -m browser -n 2 --dist loadgroup

pictures: ui  ## pictures of a rep's pages for docs/screenshots, from the demo organisation (needs chromium)
	$(BIN)/python -m tests.browser.pictures docs/screenshots

drills: ui  ## kill -9, wrong clocks, contention: what must hold does, on both databases, with the times it took
	$(BIN)/pytest tests/drills -m drill -s

check: ui  ## ruff, mypy, import-linter, template lint, schemas in step, the shipped curriculum without a finding
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint lms/templates --lint --quiet
	$(BIN)/python -m lms.interop.schemas --check docs/schemas
	$(BIN)/lms curriculum check curricula/world-class-selling

bench: setup  ## one table: ours beside its peers, and the targets
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	$(BIN)/python -m benchmarks

lock:  ## renew the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --upgrade --group dev pyproject.toml -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --upgrade --group bench pyproject.toml -o requirements/bench.lock

schemas: setup  ## write docs/schemas from the code
	$(BIN)/python -m lms.interop.schemas docs/schemas

clean:  ## remove what the other targets made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache ui/node_modules lms/static/dist
