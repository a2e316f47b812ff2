#!/usr/bin/env bash
# The packages of pyproject.toml, each at one version with the hashes of its files, for every Python and system in one file. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate "$@"; }
# What builds the package stands with what it needs, so that nothing is fetched without a hash.
lock pyproject.toml requirements/build.in --output-file requirements/run.txt
lock pyproject.toml requirements/build.in --extra columns --extra editor --extra matching --extra verify --group dev \
    --constraints requirements/run.txt --output-file requirements/develop.txt
# Compiled where it is installed; apart, since only it takes flags for the compiler.
lock requirements/durable.in --output-file requirements/durable.txt
