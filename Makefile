# Nabız: every way to build, run and prove it. `make help` lists them; CI runs `make check test`.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where the demo keeps its database, and where it listens.
DATA ?= data
LISTEN ?= 127.0.0.1:8080
# How many random plans `make soak` runs, and the seed of the first (printed when one fails).
PLANS ?= 200
SEED ?= 1

export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
client_sources := $(shell find client/app client/wire -not -path '*/node_modules*' -not -path '*/dist/*' -type f 2>/dev/null)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: ## build all and start it with sample data: prints the address and the sign-in
	@scripts/setup.sh demo
	@$(MAKE) client
	cargo build --profile demo --package server
	@target=$$(cargo metadata --format-version 1 --no-deps | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory'); \
	  mkdir -p $(DATA); \
	  NABIZ__DATABASE__URL=$${NABIZ__DATABASE__URL:-sqlite://$(DATA)/nabiz.db} \
	  NABIZ__SERVER__LISTEN=$${NABIZ__SERVER__LISTEN:-$(LISTEN)} \
	  exec "$$target/demo/nabiz" demo

.PHONY: dev
dev: ## the server (debug) and the client with hot reload, side by side
	@scripts/setup.sh demo
	@$(MAKE) client
	cargo build --package server
	scripts/dev.sh

.PHONY: build
build: client ## the client, and the server as it is shipped
	cargo build --profile dist --package server

.PHONY: client
client: client/app/dist/index.html ## the client alone

client/node_modules/.package-lock.json: client/package.json client/package-lock.json
	cd client && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

client/app/dist/index.html: client/node_modules/.package-lock.json $(client_sources)
	cd client && npm run build
	@touch $@

tests/e2e/node_modules/.package-lock.json: tests/e2e/package.json tests/e2e/package-lock.json
	cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# nextest where it is there, for its speed; plain cargo otherwise.
cargo_test := $(shell cargo nextest --version >/dev/null 2>&1 && echo 'cargo nextest run --no-fail-fast' || echo 'cargo test --no-fail-fast')

.PHONY: test
test: ## everything: Rust on SQLite and PostgreSQL, client, browser
	@scripts/setup.sh test
	@$(MAKE) client
	cargo build --workspace --tests --bins
	scripts/with-services.sh $(cargo_test) --workspace
	cd client && npm test
	@$(MAKE) test-e2e

.PHONY: test-rust
test-rust: ## only the Rust tests, on both databases
	@scripts/setup.sh test
	@mkdir -p client/app/dist
	cargo build --workspace --tests --bins
	scripts/with-services.sh $(cargo_test) --workspace

.PHONY: test-e2e
test-e2e: client tests/e2e/node_modules/.package-lock.json ## only the browser tests
	cargo build --package server --bins
	cd tests/e2e && npx playwright test

.PHONY: check
check: ## format, lints, types: what must hold before a commit
	@scripts/setup.sh test
	cargo fmt --all --check
	@mkdir -p client/app/dist
	cargo clippy --workspace --all-targets -- --deny warnings
	@$(MAKE) client/node_modules/.package-lock.json tests/e2e/node_modules/.package-lock.json
	cd client && npm run lint && npm run typecheck
	cd tests/e2e && npm run typecheck

.PHONY: fmt
fmt: client/node_modules/.package-lock.json ## format everything
	cargo fmt --all
	cd client && npm run format

.PHONY: soak
soak: ## many random plans on two servers: PLANS=200 SEED=1
	@scripts/setup.sh test
	@mkdir -p client/app/dist
	cargo build --workspace --tests --bins
	PLANS=$(PLANS) SEED=$(SEED) scripts/with-services.sh cargo test --package tests --test it -- --nocapture plan

.PHONY: bench
bench: ## load against the peers: a table, and JSON under target/bench/
	@scripts/setup.sh test
	@$(MAKE) client
	scripts/with-services.sh --durable tests/bench/run

.PHONY: bench-board
bench-board: tests/e2e/node_modules/.package-lock.json ## frames of a browser on a 10,000-card board, from a running server
	cd tests/e2e && node large-board.mjs

.PHONY: wire
wire: ## regenerate what is made from the code: OpenAPI
	cargo run --quiet --package server -- openapi > server/docs/openapi.json

.PHONY: pictures
pictures: tests/e2e/node_modules/.package-lock.json ## the README's pictures, from a running `make demo`
	cd tests/e2e && node pictures.mjs
