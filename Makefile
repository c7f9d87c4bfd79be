# Two commands: make run, make test. Everything else is for those who change the code.
PYTHON ?= python3
BIN := .venv/bin

.venv/ready: requirements.txt tests/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@
