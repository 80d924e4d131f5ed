# `make help` lists the targets. Works from any folder: LETTERS and DATA are relative to the folder that make is called from.
HERE := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
CALLER := $(if $(PWD),$(PWD),$(CURDIR))
VENV := $(HERE)/.venv
BIN := $(VENV)/bin

LETTERS ?= $(HERE)/tests/fixtures/letters
DATA ?= $(HERE)/data
PORT ?= 3000
# Letters that were labeled by hand are kept beside the repository, never in it.
LABELS ?= $(HERE)/../shared
# A path relative to the folder that make was called from, also under `make -C`.
from-caller = $(if $(filter /% ~%,$(1)),$(1),$(CALLER)/$(1))
LETTERS_PATH = $(call from-caller,$(LETTERS))
DATA_PATH = $(call from-caller,$(DATA))

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c "$(HERE)/constraints.txt"
export PIP_ROOT_USER_ACTION := ignore
export DAGSTER_DISABLE_TELEMETRY := 1
# The code is compiled once, not by each process that runs it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run serve status dev test lint types check-tests coverage format schema accuracy bench bench-backlog bench-scale bench-sources bench-engines load soak pictures clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' "$(HERE)/Makefile" | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(VENV)/.run-ready ## load the letters in LETTERS into the warehouse DATA/imr.duckdb
	@"$(BIN)/imr-etl" run --letters "$(LETTERS_PATH)" --data "$(DATA_PATH)"

status: $(VENV)/.run-ready ## what the warehouse in DATA holds
	@"$(BIN)/imr-etl" status --data "$(DATA_PATH)"

serve: $(VENV)/.run-ready ## the page over the warehouse in DATA, at http://localhost:8017
	@"$(BIN)/imr-etl" serve --data "$(DATA_PATH)"

dev: $(VENV)/.run-ready ## the Dagster UI on DATA, at http://localhost:PORT
	@PYTHONWARNINGS=ignore "$(BIN)/imr-etl" ui --letters "$(LETTERS_PATH)" --data "$(DATA_PATH)" --port $(PORT)

test: lint types check-tests ## lint, types and all tests

lint: $(VENV)/.dev-ready ## ruff
	@cd "$(HERE)" && "$(BIN)/ruff" check . && "$(BIN)/ruff" format --check . && "$(BIN)/lint-imports" --no-cache --no-logo

types: $(VENV)/.dev-ready ## mypy
	@cd "$(HERE)" && "$(BIN)/mypy"

check-tests: $(VENV)/.dev-ready
	@cd "$(HERE)" && POLARS_MAX_THREADS=1 "$(BIN)/python" -m pytest -n 2 --dist worksteal

coverage: $(VENV)/.dev-ready ## which lines the tests run; no share is required
	@cd "$(HERE)" && POLARS_MAX_THREADS=1 "$(BIN)/python" -m pytest -n 2 --dist worksteal --cov=imr_etl --cov=warehouse --cov=assets --cov-report=term:skip-covered

soak: $(VENV)/.dev-ready ## kills, full disks, changed letters, fifty nights (minutes; IMR_SOAK_KILLS=)
	@cd "$(HERE)" && "$(BIN)/python" -m pytest -s tests/soak

format: $(VENV)/.dev-ready ## ruff's layout of the code
	@cd "$(HERE)" && "$(BIN)/ruff" check --fix . && "$(BIN)/ruff" format .

schema: $(VENV)/.dev-ready ## the DDL, the marts' columns and the data dictionary
	@cd "$(HERE)" && "$(BIN)/python" -m warehouse.dictionary

accuracy: $(VENV)/.run-ready ## docs/accuracy.md: how many values are right, against letters labeled by hand (LABELS=)
	@"$(BIN)/python" "$(HERE)/tests/accuracy/measure.py" "$(call from-caller,$(LABELS))"

bench: $(VENV)/.run-ready ## how fast the PDFs in LETTERS are read and parsed
	@"$(BIN)/python" "$(HERE)/tests/bench/bench.py" "$(LETTERS_PATH)"

# In the next targets LETTERS is a number of made-up letters.
bench-backlog: $(VENV)/.dev-ready ## LETTERS=20000 made-up PDFs from the folder to the warehouse, beside pdfplumber
	@"$(BIN)/python" "$(HERE)/tests/bench/backlog.py" $(if $(filter file,$(origin LETTERS)),20000,"$(LETTERS)")

bench-scale: $(VENV)/.run-ready ## what LETTERS=200000 made-up letters cost: full and nightly builds, disk, marts, questions, search, report
	@"$(BIN)/python" "$(HERE)/tests/bench/scale.py" $(if $(filter file,$(origin LETTERS)),200000,"$(LETTERS)")

bench-sources: $(VENV)/.dev-ready ## what an archive, a table of texts and a bucket cost to list and to read
	@"$(BIN)/python" "$(HERE)/tests/bench/sources.py"

bench-engines: $(VENV)/.dev-ready ## LETTERS=2000 made-up PDFs by one process, the pool and a cluster of two workers
	@"$(BIN)/python" "$(HERE)/tests/bench/engines.py" $(if $(filter file,$(origin LETTERS)),2000,"$(LETTERS)")

load: $(VENV)/.dev-ready ## twenty people at the page at once, a minute (IMR_SERVE_DATA= serves another data folder)
	@cd "$(HERE)" && "$(BIN)/python" -m pytest -s tests/soak/test_serve_load.py

pictures: $(VENV)/.run-ready ## the pictures of the README, by a headless chromium
	@"$(BIN)/python" "$(HERE)/tests/pictures/take.py"

clean: ## remove what make made: the environment and the default data
	@rm -rf "$(VENV)" "$(HERE)/data"

$(BIN)/python:
	@for python in python3.11 python3.12 python3.13 python3; do \
		"$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || continue; \
		exec "$$python" -m venv "$(VENV)"; \
	done; echo "imr-etl needs Python 3.11 or newer." >&2; exit 1

$(VENV)/.run-ready: $(HERE)/pyproject.toml $(HERE)/constraints.txt | $(BIN)/python
	@echo "Installing imr-etl into $(VENV) (once, about a minute)"
	@$(PIP) -e "$(HERE)"
	@touch "$@"

$(VENV)/.dev-ready: $(VENV)/.run-ready
	@echo "Installing what the tests need"
	@$(PIP) -e "$(HERE)[dev]"
	@touch "$@"
