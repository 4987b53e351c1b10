# Everything a person types. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export GARNISH_HOME ?= $(CURDIR)/.garnish
export DAGSTER_HOME ?= $(GARNISH_HOME)/dagster

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
  --custom-compile-command "make lock" --quiet

.PHONY: help setup demo dev desk test cluster lint format lock image-locks clean

help: ## show this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## install everything into .venv (about 7 GB, most of it CUDA)

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Garnish needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the main job on the sample menus (DEMO="--countries de,tr" for some)
	@$(BIN)/garnish demo $(DEMO)

dev: setup ## Dagster's UI and daemon on the same data, http://localhost:3000
	@$(BIN)/garnish dev-home
	@$(BIN)/dg dev

desk: setup ## the review desk on the same data, http://localhost:8000
	@$(BIN)/garnish desk serve

test: setup ## the test suite, less what takes a cluster
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not cluster"

cluster: setup ## a country on a cluster of processes, and nodes that go (minutes)
	@$(BIN)/python -m pytest -m cluster

lint: setup ## style, types and the import law
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/dg check defs

format: setup ## put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: setup ## pin the newest allowed versions, with hashes
	@$(BIN)/uv pip compile pyproject.toml --extra gpu --extra cloud --extra desk --extra dev --upgrade \
	  $(LOCK) --output-file requirements.lock
	@$(MAKE) --no-print-directory image-locks

# What each image installs: the same versions, less of them.
image-locks: setup
	@$(BIN)/uv pip compile pyproject.toml --extra cloud --extra desk $(LOCK) --no-annotate \
	  --constraint requirements.lock --output-file deploy/images/control-plane.lock
	@$(BIN)/uv pip compile pyproject.toml --extra cloud --extra gpu $(LOCK) --no-annotate \
	  --constraint requirements.lock --output-file deploy/images/gpu-worker.lock
	@printf 'editables\nhatchling\n' | $(BIN)/uv pip compile - $(LOCK) --no-annotate \
	  --constraint requirements.lock --output-file deploy/images/build-tools.lock

clean: ## remove the local data (the environment stays)
	rm -rf $(GARNISH_HOME)
