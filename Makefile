# Two commands: make run, make test. Everything else is for those who change the code.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
VAR := $(or $(BRANCHWORK_VAR),$(CURDIR)/var)
MANAGE := $(BIN)/python manage.py
# `make run` shows a sample year in a database of its own, unless the environment names another.
SAMPLE := BRANCHWORK_SAMPLE="$${BRANCHWORK_SAMPLE-1}" DATABASE_URL="$${DATABASE_URL:-sqlite:///$(VAR)/sample.sqlite3}"
IS_NEW := from branchwork.organizations.models import Organization; raise SystemExit(Organization.objects.exists())

.PHONY: run test check pictures bench

run: .venv/ready
	@$(MANAGE) compile_catalogues
	@$(SAMPLE) $(MANAGE) collectstatic --noinput --verbosity 0
	@$(SAMPLE) $(MANAGE) migrate --verbosity 0
	@if $(SAMPLE) $(MANAGE) shell --verbosity 0 --command "$(IS_NEW)"; then \
	  $(SAMPLE) $(MANAGE) load_sample --year 2026 --until "$$(TZ=Asia/Shanghai date +%F)"; fi
	@if [ -f "$(VAR)/sample-logins.txt" ]; then cat "$(VAR)/sample-logins.txt"; fi
	@$(SAMPLE) $(MANAGE) serve --port $(PORT)

# Browser tests run where Chromium is found; REQUIRE_BROWSER=1 fails without one.
test: .venv/test-ready
	@$(MANAGE) compile_catalogues
	@$(BIN)/python -m pytest -q -n auto

check: .venv/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) compile_catalogues
	$(MANAGE) check_catalogues
	$(MANAGE) check --fail-level WARNING

# How long scoring takes, as multiples of a bare loop, and its memory; a few minutes.
bench: .venv/ready
	@$(BIN)/python -m bench.scoring

# docs/pictures, taken from a sample year of their own.
pictures: .venv/test-ready
	@$(BIN)/python -m docs.make_pictures

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed. Name one: make run PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Installing what it needs into .venv (once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test-ready: .venv/ready tests/requirements.txt
	@echo "Installing what the tests need into .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@
