# make test     every test, and the concurrent packages under the race detector
# make check    gofmt, vet and golangci-lint
# make build    bin/crossdock and bin/handler, static
# make bench    the benchmarks that docs/benchmarks.md reports
# make demo     the demo, end to end
# make grammar  the embedded grammars, from the tables of CROSSDOCK_GRAMMAR
#
# The tests read real partner files and the tables of the grammars in place:
# CROSSDOCK_SAMPLES and CROSSDOCK_GRAMMAR name their folders, ../shared/samples
# and ../shared/reference/edi-grammar by default, and they must be there.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := test

export CROSSDOCK_SAMPLES ?= $(abspath ../shared/samples)
export CROSSDOCK_GRAMMAR ?= $(abspath ../shared/reference/edi-grammar)

# Where goroutines share something.
RACE := ./internal/state/... ./internal/local ./internal/remote ./internal/worker ./internal/host ./internal/exchange

# The race detector needs a C compiler; a machine with Go alone runs the rest.
CC_THERE := $(shell command -v $$(go env CC) 2>/dev/null)

.PHONY: test race check fmt vet lint build bench demo grammar clean

test:
	go test ./...
ifneq ($(CC_THERE),)
	$(MAKE) --no-print-directory race
else
	@echo "no C compiler: the race detector was not run"
endif

race:
	go test -race $(RACE)

check: fmt vet lint

fmt:
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

vet:
	go vet ./...

lint: bin/golangci-lint
	bin/golangci-lint run --allow-parallel-runners ./...

# Built from the module that pins it; see docs/adr/0001-dependencies.md.
bin/golangci-lint: internal/tools/go.mod
	go -C internal/tools build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

build:
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/crossdock ./cmd/handler

bench:
	go test -run '^$$' -bench . -benchmem ./...

demo:
	go run ./cmd/crossdock demo

grammar:
	go run ./edi/grammar/gen -tables $(CROSSDOCK_GRAMMAR)

clean:
	rm -rf bin dist
