# Each target works on a fresh Debian machine with python3 alone; `make demo` and `make test` are the two to know.
.NOTPARALLEL:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8321

# More workers than processors: many tests wait for a broker, a browser or a terminal.
WORKERS ?= $(shell echo $$(( 2 * $$(nproc) )))
EXAMPLES ?= 1000

.PHONY: demo board test test-tools explore lint venv bench-speed clean

demo: venv ## a made-up school's morning, from badge to alert
	$(BIN)/python -m vsv_app.embedded.demo

board: venv ## the mentor board of the school that `make demo` made
	$(BIN)/python -m vsv_app.embedded.server --port $(PORT)

test: test-tools venv ## all that needs no Frappe site
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup --no-loadscope-reorder --durations 15

test-tools: # Mosquitto and Chromium, where this user may install them
	@PYTHON=$(PYTHON) script/install_test_tools.sh

explore: venv ## property tests and fuzz with EXAMPLES examples each that no run has drawn; SEED=<its seed> draws those of a run again
	@seed=$(or $(SEED),$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')); \
	echo "make explore SEED=$$seed EXAMPLES=$(EXAMPLES)"; \
	VSV_SEED=$$seed VSV_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup --no-loadscope-reorder \
		-m "hypothesis or seeded" --hypothesis-profile explore --hypothesis-seed $$seed || \
		{ echo "the same examples again: make explore SEED=$$seed EXAMPLES=$(EXAMPLES)"; exit 1; }

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
	rm -rf build gateway/build $(VENV)

-include make/bench.mk
