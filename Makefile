# Each target works on a fresh Debian machine with python3 alone; `make demo` and `make test` are the two to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8321

.PHONY: demo board test lint venv bench-speed clean

demo: venv ## a made-up school's morning, from badge to alert
	$(BIN)/python -m vsv_app.embedded.demo

board: venv ## the mentor board of the school that `make demo` made
	$(BIN)/python -m vsv_app.embedded.server --port $(PORT)

test: venv ## all that needs no Frappe site
	$(BIN)/python -m pytest

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench-speed: venv ## figures of speed and memory, as ratios measured in one run; with BENCH and SITE, those of a site too
	$(if $(BENCH),VSV_BENCH="$(BENCH)" VSV_SITE="$(SITE)") $(BIN)/python -m benchmarks

venv: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml gateway/pyproject.toml script/make_venv.py
	$(PYTHON) script/make_venv.py $(VENV)
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check -e '.[embedded,dev]' -e ./gateway
	touch $@

clean:
	rm -rf build $(VENV)

-include make/bench.mk
