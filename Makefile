# devemu on Debian 12 with a Swift 6.3 toolchain:  make run   make test   make install
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

PACKAGES := libelf-dev libffi-dev libseccomp-dev libfdt-dev libssl-dev libsqlite3-dev
PLUGIN := camera.so
LOG := .build/test-build.log
BUILD_OPTIONS ?=
SECONDS := 60
# The path on the server that `make docs` builds for.
DOCS_BASE := /

# What `make install` takes, and where it goes; DESTDIR stands before it while a package is made.
BUILT ?= .build/release
MAN ?= .build/man
PREFIX ?= /usr/local
DESTDIR ?=
TO = $(DESTDIR)$(PREFIX)
SHIPPED := camera codec display secure-heap
COMPLETIONS = $(TO)/share/bash-completion/completions/devemu $(TO)/share/zsh/site-functions/_devemu \
    $(TO)/share/fish/vendor_completions.d/devemu.fish

.PHONY: run test test-faults test-slurm build lint fuzz bench plugins docs man install uninstall install-deps clean

run: build ## build for speed and run the camera on the default machine
	.build/release/devemu run $(PLUGIN)

build: install-deps
	swift build -c release

test: install-deps lint ## build without a warning, then run every test
	mkdir -p .build
	swift build --build-tests $(BUILD_OPTIONS) 2>&1 | tee $(LOG)
	@if grep -E '^$(CURDIR)/(Package|Sources|Tests|Plugins)[^:]*:.*warning:' $(LOG); then \
	    echo "make test: the warnings above count as failures" >&2; exit 1; fi
	swift test --skip-build

test-faults: install-deps ## processes of a sweep killed at 50 moments each, stores compared
	swift build --build-tests $(BUILD_OPTIONS)
	DEVEMU_FAULTS=50 swift test --skip-build --filter FaultLoopTests

lint:
	git ls-files -z -- '*.swift' | xargs -0 swift format lint --strict --parallel

test-slurm: build ## sweeps on a real cluster of two nodes on this machine's loopback interface
	$(MAKE) install-deps PACKAGES="slurm-wlm procps"
	Tests/Slurm/test.sh .build/release/devemu .build/release/libdevemu-camera.so

fuzz: install-deps ## each reader of outside input, or TARGET, for SECONDS under AddressSanitizer
	Tests/Fuzz/fuzz.sh run "$(TARGET)" "$(SECONDS)"

bench: build ## the emulated allocator against plain loops in C; also as JSON
	swift build -c release --product Benchmarks
	$(CC) -std=c11 -O2 -Wall -Wextra -ISources/CDevEmu/include -shared -fPIC -fvisibility=hidden \
	    -o .build/release/pairs.so Tests/Benchmarks/Plugin/pairs.c
	.build/release/Benchmarks --devemu .build/release/devemu --plugins .build/release \
	    --json .build/bench.json

plugins: ## the plugins by themselves: a C and a C++ compiler; the display needs swiftc
	$(MAKE) -C Plugins

docs: ## the documentation as static HTML; a link that leads nowhere is an error
	"$$(dirname "$$(readlink -f "$$(command -v swift)")")/docc" convert Sources/devemu/Documentation.docc \
	    --fallback-display-name devemu --fallback-bundle-identifier org.devemu.devemu --warnings-as-errors \
	    --transform-for-static-hosting --hosting-base-path "$(DOCS_BASE)" --output-path .build/documentation
	@echo 'to read it: python3 -m http.server -d .build/documentation, then http://localhost:8000/documentation/devemu'

man: $(MAN)/devemu.1 $(MAN)/devemu-scene.5 ## a manual page for each command, from what --help says, and one for scenes

$(MAN)/devemu.1: $(BUILT)/devemu
	swift build -c release --product generate-manual
	mkdir -p $(@D)
	.build/release/generate-manual $< --multi-page --date "$$(git log -1 --format=%cs)" --output-directory $(@D)

$(MAN)/devemu-scene.5: $(BUILT)/devemu
	mkdir -p $(@D)
	$< help scene --format man >$@

$(BUILT)/devemu:
	$(MAKE) build

install: $(BUILT)/devemu $(MAN)/devemu.1 $(MAN)/devemu-scene.5 ## what is built already is taken as it is
	install -D -m 755 $(BUILT)/devemu $(TO)/bin/devemu
	for name in $(SHIPPED); do \
	    install -D -m 644 $(BUILT)/libdevemu-$$name.so $(TO)/lib/devemu/$$name.so; done
	install -D -m 644 -t $(TO)/include/devemu Sources/CDevEmu/include/devemu/*.h
	install -d $(TO)/share/pkgconfig $(TO)/share/devemu $(dir $(COMPLETIONS))
	printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include' 'plugindir=$${prefix}/lib/devemu' '' \
	    'Name: devemu' 'Description: headers for devemu plugins, which link to nothing' \
	    "Version: $$($(BUILT)/devemu --version | cut -d' ' -f2)" 'Cflags: -I$${includedir}' \
	    >$(TO)/share/pkgconfig/devemu.pc
	cp -RL Sources/PluginTemplates/Templates Workloads $(TO)/share/devemu
	install -D -m 644 -t $(TO)/share/man/man1 $(MAN)/devemu*.1
	install -D -m 644 -t $(TO)/share/man/man5 $(MAN)/devemu-scene.5
	set -- bash zsh fish; for file in $(COMPLETIONS); do \
	    $(BUILT)/devemu --generate-completion-script $$1 >$$file; shift; done

uninstall:
	rm -rf $(TO)/lib/devemu $(TO)/include/devemu $(TO)/share/devemu
	rm -f $(TO)/bin/devemu $(TO)/share/pkgconfig/devemu.pc $(TO)/share/man/man1/devemu*.1 $(COMPLETIONS)
	rm -f $(TO)/share/man/man5/devemu-scene.5

# Asks for root only when something is missing.
install-deps:
	@missing=; \
	if ! command -v dpkg-query >/dev/null; then \
	    echo "make: this is no Debian; what $(PACKAGES) contain has to be there" >&2; exit 0; fi; \
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
