# `make` lists what can be made. Everything runs in .venv, which the first target builds.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
TYPES := $(VENV)/types.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# What was compiled once is kept, also where the surroundings say otherwise: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check check-mypy check-pyright quick coverage docs bench deep lock release-check clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

# The packages that requirements/ locks, with their hashes, on the Pythons that they were locked for; on another, or with
# LOCKED=no, what the ranges of pyproject.toml allow. uv installs them where there is one.
LOCKED ?= $(shell $(PYTHON) -c 'import sys; print("yes" if (3, 11) <= sys.version_info[:2] <= (3, 13) else "no")')
UV := $(shell command -v uv 2> /dev/null)
ifdef UV
INSTALL := uv pip install --quiet --python $(BIN)/python
else
INSTALL := $(PIP)
endif
HASHED := $(INSTALL) --require-hashes --requirement requirements
# durable-rules is compiled with the name that Python 3.13 has for a function of its; a wheel kept without it is not taken.
COMPILED := --no-cache-dir --no-binary durable-rules
DURABLE := CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject

$(INSTALLED): pyproject.toml requirements/run.txt
	$(PYTHON) -m venv $(VENV)
ifeq ($(LOCKED),yes)
	$(HASHED)/run.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
else
	$(PIP) --upgrade 'pip>=25.1'
	$(PIP) --editable .
endif
	@touch $(INSTALLED)

$(READY): $(INSTALLED) requirements/develop.txt requirements/durable.txt
ifeq ($(LOCKED),yes)
	$(HASHED)/develop.txt
	$(DURABLE) $(HASHED)/durable.txt --no-deps --no-build-isolation $(COMPILED)
else
	$(DURABLE) $(PIP) $(COMPILED) 'durable-rules>=2.0.28'
	$(PIP) --editable '.[columns,durable,editor,matching,verify]' --group dev
endif
	@touch $(READY)

demo: $(INSTALLED)  ## assess the example providers and print the decisions
	@$(BIN)/python examples/demo.py

check: $(READY)  ## format, lint, types, import contracts, rulesets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j2 check-mypy check-pyright
	$(BIN)/lint-imports
	$(BIN)/qa-rules check

# Each uses one core for a minute and more, so both run at once.
check-mypy: $(READY)
	$(BIN)/mypy

check-pyright: $(READY)
	$(BIN)/basedpyright
	@echo "every type of what is exported is known"
	@cd src && PYTHONPATH=. ../$(BIN)/basedpyright --pythonpath ../$(BIN)/python --verifytypes qa_rules --ignoreexternal > ../$(TYPES) || (cat ../$(TYPES); exit 1)

# Few examples of each property; no engine, mutation or proof that takes long.
quick: $(READY)  ## the inner loop of whoever changes something: types, and the tests that are quick
	$(BIN)/ruff check .
	$(BIN)/mypy
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -m "not deep and not slow" -n 2

test: check  ## everything that must hold
	$(BIN)/python -m pytest -m "not deep" -n 2

coverage: $(READY)  ## the branches that the tests reach, and whether they are enough; takes twice the time of the tests
	$(BIN)/python -m pytest -m "not deep" -n 2 --cov

docs: $(READY)  ## the documentation as a site in dist/site; a warning is an error
	$(PIP) --group docs
	$(BIN)/python -m sphinx -b html -c docs/site -q -W --keep-going . dist/site
	@echo "dist/site/docs/site/index.html"

# What cannot be installed or does not run is named in the tables with the reason; the rest is measured.
bench: $(READY)  ## ratios side by side in one run: engines, durable-rules, peers, whole tables, interviews, proofs
	$(PIP) --group bench || echo "not run: some peers, which could not be installed"
	$(BIN)/python -m benchmarks.door
	$(BIN)/python -m benchmarks.engines
	$(BIN)/python -m benchmarks.values
	$(BIN)/python -m benchmarks.durable
	$(BIN)/python -m benchmarks.missing
	$(BIN)/python -m benchmarks.missing_shipped
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.columns
	$(BIN)/python -m benchmarks.shortlist
	$(BIN)/python -m benchmarks.interview
	$(BIN)/python -m benchmarks.proofs

# Pythons that a version manager keeps aside are found too.
PYTHONS := $(subst $() ,:,$(wildcard $(HOME)/.pyenv/versions/*/bin))
DEEP := $(VENV)/deep.log
PARTS := coverage fuzz marked properties pythons bench
PART ?= $(PARTS)

deep: SHELL := /bin/bash
deep: check  ## the long runs, all or with PART=coverage, fuzz, marked, properties, pythons or bench; ends with what was skipped and why
	@rm -f $(DEEP)
	@for part in $(PART); do $(MAKE) --no-print-directory deep-$$part || exit 1; done
	@echo "Skipped, and why:"
	@grep -hE '^SKIPPED|skipped:|^not (run|measured):' $(DEEP) 2> /dev/null | sort -u || echo "  nothing"

deep-%: SHELL := /bin/bash
deep-%: .SHELLFLAGS := -o pipefail -c

deep-coverage: coverage

# Hundreds of knocks at every door, others each time.
deep-fuzz: $(READY)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest tests/fuzz -m "deep or not deep" -n 2 -rs | tee -a $(DEEP)

# What is marked as deep: whole rulesets, made-up providers by the ten thousand, Spark, pages in a real browser.
deep-marked: $(READY)
	$(PIP) --editable '.[columns,durable,editor,matching,spark,verify]' --group deep || echo "not run: what needs Spark or a browser" | tee -a $(DEEP)
	$(BIN)/playwright install chromium || echo "not run: Playwright's own Chromium, which could not be fetched" | tee -a $(DEEP)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest --ignore tests/fuzz -m deep -n 2 -rs | tee -a $(DEEP)

# Every property that `make test` tries with a few examples, with thousands: hours.
deep-properties: $(READY)
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest --ignore tests/fuzz -m "not deep" -n 2 -rs | tee -a $(DEEP)

deep-pythons: $(READY)
	PATH="$$PATH:$(PYTHONS)" $(BIN)/nox 2>&1 | tee -a $(DEEP)

deep-bench: $(READY)
	$(MAKE) bench | tee -a $(DEEP)
	if command -v java > /dev/null; then $(BIN)/python -m benchmarks.spark | tee -a $(DEEP); \
	else echo "not run: the benchmark of Spark, which needs Java" | tee -a $(DEEP); fi

lock: $(READY)  ## lock the packages of pyproject.toml anew, with their hashes, in requirements/
	$(PIP) --group release
	PATH="$(abspath $(BIN)):$$PATH" release/lock.sh

release-check: $(READY)  ## build, install and run what would be released; licences, metadata, a bill of materials
	$(PIP) --group release
	$(BIN)/python -m release.check

clean:  ## remove what was built
	rm -rf $(VENV) dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
