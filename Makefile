# devemu on Debian 12 with a Swift 6.3 toolchain:  make run   make test
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

PACKAGES := libelf-dev libffi-dev libseccomp-dev libfdt-dev
PLUGIN := camera.so
LOG := .build/test-build.log

.PHONY: run test build lint plugins install-deps clean

run: build ## build for speed and run the camera on the default machine
	.build/release/devemu run $(PLUGIN)

build: install-deps
	swift build -c release

test: install-deps lint ## build without a warning, then run every test
	mkdir -p .build
	swift build --build-tests 2>&1 | tee $(LOG)
	@if grep -E '^$(CURDIR)/(Package|Sources|Tests|Plugins)[^:]*:.*warning:' $(LOG); then \
	    echo "make test: the warnings above count as failures" >&2; exit 1; fi
	swift test --skip-build

lint:
	git ls-files -z -- '*.swift' | xargs -0 swift format lint --strict --parallel

plugins: ## the plugins by themselves: a C and a C++ compiler; the display needs swiftc
	$(MAKE) -C Plugins

# Asks for root only when something is missing.
install-deps:
	@missing=; \
	if ! command -v dpkg-query >/dev/null; then \
	    echo "make: this is no Debian; the headers of libelf, libffi, libseccomp and libfdt have to be there" >&2; exit 0; fi; \
	for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed \
	        || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "make: missing$$missing, and neither root nor sudo to install them;" \
	    "have an administrator run: apt-get install$$missing" >&2; exit 1; fi; \
	$$as_root apt-get update && $$as_root apt-get install -y --no-install-recommends $$missing

clean:
	rm -rf .build
	$(MAKE) -C Plugins clean
