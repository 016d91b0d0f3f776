# Marquee: every command of a developer. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
USER_NAME = $(if $(filter command line,$(origin USER)),$(USER),viewer)

# jsii announces the end of life of Node 20 at every synth; Node 20 is what Marquee is tested with.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

REQUIREMENTS := requirements.txt requirements-dev.txt layers/shared/requirements.txt
TYPED := app.py stacks layers/shared/python/marquee local cli bench $(wildcard docs/*.py) $(wildcard lambdas/*/)
PYTEST := $(BIN)/python -m pytest

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.PHONY: setup
setup: protobuf node_modules/.ready web/node_modules/.ready ## Install everything into this folder

$(VENV)/.ready: $(REQUIREMENTS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Marquee needs Python 3.11 or newer; name one with make PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

node_modules/.ready: package.json package-lock.json
	npm ci --silent --no-fund --no-audit
	touch $@

web/node_modules/.ready: web/package.json web/package-lock.json
	npm ci --prefix web --silent --no-fund --no-audit
	touch $@

.PHONY: protobuf
protobuf: $(VENV)/.ready ## Write the Python of the archive's Protocol Buffers
	@$(BIN)/python -m stacks.constructs.protobuf_build

.PHONY: dictionaries
dictionaries: protobuf ## Train the archive's zstd dictionaries on made bodies
	PYTHONPATH=layers/shared/python $(BIN)/python -m bench.dictionaries

.PHONY: run
run: setup ## Start the local cloud with demo data; Ctrl-C stops all of it
	@exec $(BIN)/python -m local run

.PHONY: web
web: web/node_modules/.ready ## Serve the web app as it is being written, before a running local cloud
	npm run --prefix web dev

.PHONY: stop
stop: $(VENV)/.ready ## Stop the local cloud that runs in this folder
	@$(BIN)/python -m local stop

.PHONY: token
token: $(VENV)/.ready ## Print an ID token: make token USER=viewer (or admin)
	@$(BIN)/python -m local token --user $(USER_NAME)

.PHONY: synth
synth: setup ## Write the CloudFormation templates of one environment: make synth ENV=dev
	npx cdk synth --quiet -c env=$(or $(ENV),dev)

.PHONY: docs
docs: protobuf web/node_modules/.ready ## Write what is generated: docs/openapi.json, the web app's types, docs/event-types.md
	$(BIN)/python -m docs.openapi
	npm run --prefix web --silent types
	$(BIN)/python -m docs.event_types

.PHONY: format
format: $(VENV)/.ready web/node_modules/.ready ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm run --prefix web --silent format

.PHONY: lint
lint: protobuf web/node_modules/.ready ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	npm run --prefix web --silent lint

.PHONY: check
check: lint setup ## The fast part: lint, types, unit tests and contracts
	npm run --prefix web --silent test
	$(PYTEST) tests/unit tests/contracts --numprocesses 2

.PHONY: e2e
e2e: setup ## Only the tests on the local cloud
	$(PYTEST) tests/e2e

.PHONY: test
test: lint setup ## Everything: lint, types, unit, contracts, stacks, local cloud, browser
	npm run --prefix web --silent test
	$(PYTEST) tests/unit tests/contracts tests/stacks --numprocesses 2
	$(PYTEST) tests/e2e

.PHONY: bench
bench: protobuf ## Measure, and write bench/results.json and docs/benchmarks.md
	PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m bench $(if $(PARTS),--parts $(PARTS))

.PHONY: bench-compare
bench-compare: $(VENV)/.ready ## Tell what is worse than in the committed results: make bench-compare AGAINST=main
	@PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m bench.compare --against $(or $(AGAINST),HEAD)

.PHONY: load
load: $(VENV)/.ready ## Put load on the local cloud: make load PROFILE=browse VIEWERS=20 SECONDS=60 (HOST, TOKEN: elsewhere)
	@$(BIN)/python -m bench.load $(or $(PROFILE),browse) --viewers $(or $(VIEWERS),10) --seconds $(or $(SECONDS),60) $(if $(HOST),--host $(HOST))

.PHONY: chaos
chaos: protobuf ## Try every fault at every request of every consumer, and write docs/faults.md
	PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m tests.chaos

.PHONY: clean
clean: ## Remove everything that the commands above have made
	rm -rf $(VENV) marquee.egg-info node_modules web/node_modules web/dist cdk.out .artefacts .local .layer-cache .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis layers/shared/python/marquee/archive/schema
