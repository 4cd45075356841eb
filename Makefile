# Each target works on a fresh Debian machine with python3 alone; `make demo` and `make test` are the two to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo board test test-bench lint venv bench-speed clean

venv: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml gateway/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[embedded,dev]' -e ./gateway
	touch $@

clean:
	rm -rf build $(VENV)
