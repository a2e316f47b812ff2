# `make` lists what can be made. Everything runs in .venv, which the first target builds.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check bench deep clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --editable .
	@touch $(INSTALLED)

$(READY): $(INSTALLED)
	$(PIP) --editable '.[columns,verify]' --group dev
	@touch $(READY)

demo: $(INSTALLED)  ## assess the example providers and print the decisions
	@$(BIN)/python examples/demo.py

check: $(READY)  ## format, lint, types, import contracts, rulesets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/qa-rules check

test: check  ## everything that must hold, with branch coverage
	$(BIN)/python -m pytest -m "not deep" -n 2 --cov

bench: $(READY)  ## ratios side by side in one run
	$(BIN)/python -m benchmarks.engines

# Pythons that a version manager keeps aside are found too.
PYTHONS := $(subst $() ,:,$(wildcard $(HOME)/.pyenv/versions/*/bin))

deep: test  ## long fuzzing, every Python on the machine, large benchmarks
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m "deep or not deep" -n 2
	PATH="$$PATH:$(PYTHONS)" $(BIN)/nox
	$(MAKE) bench

clean:  ## remove what was built
	rm -rf $(VENV) dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
