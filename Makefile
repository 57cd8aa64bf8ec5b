# Lakewright's everyday commands. Paths are relative, so the checkout may live anywhere.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

venv := .venv
python := $(venv)/bin/python
stamp := $(venv)/.installed

.PHONY: help setup start example dev test check format bench build build-web api lock docs clean

# show this list
help:
	@awk '/^# /{text=substr($$0,3)} /^[a-z][a-z-]*:/{split($$0,part,":"); if (text) printf "  make %-8s %s\n", part[1], text} !/^# /{text=""}' Makefile

# make .venv and install everything, pinned and checked by hash
setup: $(stamp)
	@:

$(stamp): requirements/dev.txt pyproject.toml tests/js/package-lock.json $(wildcard scripts/setup*.sh)
	@scripts/setup.sh $(venv)
	@scripts/setup-js.sh
	@touch $(stamp)

web/node_modules/.package-lock.json: web/package-lock.json
	@scripts/setup-web.sh

# build the web app into the package, unless it is built
build-web: web/node_modules/.package-lock.json
	@scripts/build-web.sh

# write the web app's types again from the routes
api: setup web/node_modules/.package-lock.json
	@$(python) -m scripts.openapi
	@cd web && npm run --silent api >/dev/null

# run the server with its own database and a demo workspace, until Ctrl-C
start: setup build-web
	@scripts/start.sh

# generate the retail example into out/retail
example: setup
	@$(venv)/bin/lakewright --repository examples/retail generate --out out/retail
	@scripts/after-example.sh out/retail

# run the API and the web app, both anew after every change
dev: setup web/node_modules/.package-lock.json
	@scripts/dev.sh

# install what is needed and run every test
test: setup build-web
	@scripts/setup-browser.sh
	@$(python) -m pytest -n auto --dist worksteal -q

# formatting, lint, types, the picture of who may import whom, types of the API
check: setup web/node_modules/.package-lock.json
	@$(venv)/bin/ruff format --check
	@$(venv)/bin/ruff check
	@$(venv)/bin/mypy
	@$(venv)/bin/lint-imports
	@scripts/check-web.sh

# rewrite the sources in the one format, and mend what ruff can mend
format: setup web/node_modules/.package-lock.json
	@$(venv)/bin/ruff format
	@$(venv)/bin/ruff check --fix
	@cd web && node node_modules/@biomejs/biome/bin/biome check --write .

# measure speed and memory beside the floors and targets
bench: setup
	@$(python) -m benchmarks

# make the wheel in dist/, without a network
build: setup build-web
	@$(python) -m build --no-isolation --wheel --outdir dist

# write requirements/*.txt again from requirements/*.in
lock: setup
	@for list in runtime workspace dev; do \
	  $(venv)/bin/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	    --no-emit-find-links --no-emit-index-url --no-emit-trusted-host \
	    --output-file=requirements/$$list.txt requirements/$$list.in; \
	done

# write docs/reference again from the code
docs: setup
	@$(python) -m scripts.reference

# remove everything that was made, but neither .venv nor the server's state in .lakewright
clean:
	@rm -rf out dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
