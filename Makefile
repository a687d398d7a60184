# Countersign: everything a person types. `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo release package package-test test check interop outside conformance bench bench-growth fuzz format docs clean check-sanitizers bootstrap bootstrap-interop lint build fence unit

# One build command for everything: `swift build` and `swift test` in turn would rebuild dependencies each time.
BUILD ?= scripts/swift-build --build-tests
# Handed on to what a target runs, for example: make demo ARGS=--once
ARGS ?=
SOURCES := Sources Samples Benchmarks Tests Package.swift
# The server as it is to run: with the Swift runtime in it, which needs no Swift on the machine and a tenth less CPU.
RELEASE := scripts/swift-build -c release --static-swift-stdlib
# What the demo runs, and nothing else.
DEMO := countersign SampleIdentityProvider SampleApp SampleService
STAGES := lint build fence unit interop conformance fuzz

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-17s %s\n", $$1, $$2 }'

demo: bootstrap ## sign in through a sample identity provider (ARGS=--once: without a browser)
	@echo "demo: building (some minutes the first time) …"
	@for product in $(DEMO); do scripts/swift-build --product $$product || exit 1; done
	@scripts/demo $(ARGS)

release: bootstrap ## build .build/release/countersign as it is to run
	$(RELEASE) --product countersign

package: release ## a .deb and a .tar.gz of the release in .build/package
	@scripts/package $(ARGS)

package-test: bootstrap-interop package ## install, upgrade, remove and purge the .deb on a system that is thrown away (root)
	@Tests/Interop/run package

test: bootstrap build unit ## build, then run the unit tests

check: bootstrap-interop ## all that CI checks: format, build, fences, unit tests, interop, conformance, fuzzers
	@for stage in $(STAGES); do \
	    began=$$(date +%s); echo "== $$stage"; \
	    $(MAKE) --no-print-directory $$stage || { echo "== $$stage failed after $$(( $$(date +%s) - began )) s"; exit 1; }; \
	    echo "== $$stage: $$(( $$(date +%s) - began )) s"; \
	done

interop: bootstrap-interop build ## a real identity provider, app and browser (ARGS: names of scenarios)
	@Tests/Interop/run $(ARGS)

conformance: bootstrap-interop build ## the modules of the OpenID Foundation's plans (ARGS: plans, modules or --write-readme)
	@Tests/Conformance/run $(ARGS)

outside: bootstrap-interop build ## a package outside that depends on the verifier alone: what it costs, and that it verifies (ARGS=--anew)
	@scripts/outside-package $(ARGS)

bench: release ## measure speed and memory, beside OpenSSL's own figures (ARGS=--quick)
	$(RELEASE) --product Benchmarks
	@scripts/bench $(ARGS)

bench-growth: release ## what a million users, sessions and more tokens cost (ARGS=--quick; 25 GB of disk)
	$(RELEASE) --product Benchmarks
	@scripts/bench-growth $(ARGS)

check-sanitizers: bootstrap ## unit tests of what calls C or shares memory, under ASan and TSan (ARGS=address or thread)
	@scripts/sanitizers $(ARGS)

fuzz: ## fuzz what reads bytes from outside (SECONDS=30 each; INPUTS: names of them)
	@scripts/fuzz $(or $(SECONDS),30) $(INPUTS)

format: ## format every Swift file
	swift format --in-place --recursive $(SOURCES)

docs: build ## write the remedies of docs/errors.md and the metrics of monitoring.md anew
	@COUNTERSIGN_WRITE_DOCS=1 swift test --skip-build --disable-xctest --filter "ErrorPageTests|MetricsPageTests"

clean: ## remove all that was built, and the data of the demo and the tests
	rm -rf .build .build-*

# ---- parts of the above ----

bootstrap:
	@scripts/bootstrap

bootstrap-interop:
	@scripts/bootstrap --interop

lint:
	swift format lint --recursive --strict $(SOURCES)
	@scripts/python-imports

# Package.swift makes every warning in our targets an error.
build:
	$(BUILD)

fence:
	@scripts/module-fence --self-test
	@scripts/module-fence
	@scripts/threat-owners --self-test
	@scripts/threat-owners

unit: build
	@scripts/unit-tests
