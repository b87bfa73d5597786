# Weir: the two targets a newcomer needs are `make run` and `make test`.
SHELL      := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X github.com/weirhq/weir/app.Version=$(VERSION)
TAGS     := embedui
LISTEN   ?= 127.0.0.1:8080
DATA     ?= .cache/demo
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.0
UI_SRC   := $(shell find ui/src ui/public ui/index.html ui/vite.config.ts ui/tsconfig*.json ui/package-lock.json -type f 2>/dev/null)

.PHONY: help run build ui generate verify lint lint/go lint/ui test test/go test/ui test/race test/engines e2e engine bench bench/micro screenshots clean

help: ## list the targets
	@grep -hE '^[a-zA-Z/_-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  %-14s %s\n", $$1, $$2}'

run: build ## build everything and start Weir with the demo projects (LISTEN=…, DATA=…)
	@mkdir -p $(DATA)
	exec bin/weir demo --data-dir $(DATA) --listen $(LISTEN)

build: ui/dist/index.html ## bin/weir, one file with the pages inside
	@mkdir -p bin
	go build -tags $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o bin/weir ./cmd/weir

ui: ui/dist/index.html ## build the pages into ui/dist

ui/node_modules/.package-lock.json: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund --loglevel=error

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SRC)
	cd ui && npm run build

e2e/browser/node_modules/.package-lock.json: e2e/browser/package-lock.json
	cd e2e/browser && npm ci --no-audit --no-fund --loglevel=error

generate: ui/node_modules/.package-lock.json ## the OpenAPI document and the TypeScript types made from it, the list of linked modules, the table of the benchmark
	go run ./cmd/weir openapi > ui/openapi.json
	(cd ui && npm run generate)
	go test ./internal/archtest -run Linked -update -count=1 >/dev/null
	go run ./bench readme

verify: generate ## regenerate everything and demand no difference
	git diff --exit-code -- ui/src/api internal/archtest/testdata README.md README.zh.md
	test -z "$$(gofmt -l $$(git ls-files '*.go'))"

lint: lint/go lint/ui ## every linter

lint/go:
	go vet ./...
	GOLANGCI_LINT_CACHE=$(CURDIR)/.cache/lint go run $(GOLANGCI) run ./... # a cache of its own: a shared one mixes checkouts up

lint/ui: ui/node_modules/.package-lock.json
	cd ui && npm run lint

test: test/go test/ui e2e ## every test: Go, pages, browser

test/go: ## Go tests but the end-to-end ones
	go test -timeout 15m $$(go list ./... | grep -v /e2e)

test/ui: ui/dist/index.html ## the pages' unit tests, and how much a first visit loads
	cd ui && npm test && npm run size

e2e: build e2e/browser/node_modules/.package-lock.json ## the real binary: browser, kills, real data, a fresh clone
	go test -count=1 -timeout 25m -v ./e2e/...

test/race: ## Go tests under the race detector
	go test -race -timeout 30m $$(go list ./... | grep -v /e2e)

bench/node_modules/.package-lock.json: bench/package-lock.json
	cd bench && npm ci --no-audit --no-fund --loglevel=error

engine: bench/node_modules/.package-lock.json ## the ClickHouse engine that tests and benchmarks compare with (178 MB, from npm)

test/engines: engine ## the conformance suites of the engines, and the same questions asked of ClickHouse
	go test -count=1 ./store/... ./internal/chdb ./analyse/enginetest

EVENTS ?= 50000000
FULL   ?=

bench: engine ## Weir beside ClickHouse: 50 million events (EVENTS=…; FULL=1 for a curve to 150 million), about an hour
	go run ./bench -events $(EVENTS) $(if $(FULL),-full)

bench/micro: ## small benchmarks: intake, columns, questions, campaigns
	go test -run '^$$' -bench . -benchmem -timeout 30m ./store/... ./ingest/... ./analyse/... ./reach/...

screenshots: build e2e/browser/node_modules/.package-lock.json ## pictures of the main pages into docs/images
	WEIR_SCREENSHOTS=1 go test -count=1 -timeout 20m -run TestScreenshots -v ./e2e

clean: ## remove what was built; demo data too
	rm -rf bin ui/dist .cache
