# `make` lists what can be made. Everything runs in .venv, which the first target builds.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check coverage bench deep clean

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
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/qa-rules check

test: check  ## everything that must hold
	$(BIN)/python -m pytest -m "not deep" -n 2

coverage: $(READY)  ## the branches that the tests reach, and whether they are enough; takes twice the time of the tests
	$(BIN)/python -m pytest -m "not deep" -n 2 --cov

# What cannot be installed or does not run is named in the tables with the reason; the rest is measured.
bench: $(READY)  ## ratios side by side in one run: engines, durable-rules, peers, whole tables, interviews, proofs
	$(PIP) --group bench || echo "not run: some peers, which could not be installed"
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.durable
	$(BIN)/python -m benchmarks.missing
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.columns
	$(BIN)/python -m benchmarks.shortlist
	$(BIN)/python -m benchmarks.interview
	$(BIN)/python -m benchmarks.proofs

# Pythons that a version manager keeps aside are found too.
PYTHONS := $(subst $() ,:,$(wildcard $(HOME)/.pyenv/versions/*/bin))
DEEP := $(VENV)/deep.log

deep: SHELL := /bin/bash
deep: .SHELLFLAGS := -o pipefail -c
deep: check coverage  ## long fuzzing, Spark, browsers, every Python on the machine, all benchmarks; ends with what was skipped and why
	@rm -f $(DEEP)
	$(PIP) --editable '.[columns,spark,verify]' --group deep || echo "not run: what needs Spark or a browser" | tee -a $(DEEP)
	$(BIN)/playwright install chromium || echo "not run: Playwright's own Chromium, which could not be fetched" | tee -a $(DEEP)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -m "deep or not deep" -n 2 -rs | tee -a $(DEEP)
	PATH="$$PATH:$(PYTHONS)" $(BIN)/nox 2>&1 | tee -a $(DEEP)
	$(MAKE) bench | tee -a $(DEEP)
	if command -v java > /dev/null; then $(BIN)/python -m benchmarks.spark | tee -a $(DEEP); \
	else echo "not run: the benchmark of Spark, which needs Java" | tee -a $(DEEP); fi
	@echo "Skipped, and why:"
	@grep -hE '^SKIPPED|skipped:|^not (run|measured):' $(DEEP) | sort -u || echo "  nothing"

clean:  ## remove what was built
	rm -rf $(VENV) dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
