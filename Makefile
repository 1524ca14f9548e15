# Every target sets up what it needs first; nothing else has to be typed on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup demo test check bench image-test requirements clean
.DEFAULT_GOAL := help

help:
	@echo "make demo         start Vultus, send it a sample exam over DICOM, show the documents (ONCE=1: stop afterwards)"
	@echo "make test         run the tests"
	@echo "make check        style, types, layers, and that the documents match the code"
	@echo "make bench        speed and memory as ratios against a plain loop measured in the same run"
	@echo "make image-test   build the container image and run it (root, buildah, debootstrap)"

$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/vultus model fetch
	@touch $@

setup: $(STAMP)

demo: setup
	@$(BIN)/vultus demo $(if $(ONCE),--once,)

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/docs

bench: setup
	$(BIN)/python -m tests.bench

image-test: setup
	$(BIN)/python -m pytest -m image tests/image

# Needs uv. The files name packages, versions and hashes, never where they were downloaded from.
requirements:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev --constraint requirements/runtime.txt pyproject.toml --output-file requirements/dev.txt

clean:
	rm -rf $(VENV)
