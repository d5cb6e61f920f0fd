# raylaunch - `make help` lists the targets; V=1 shows the commands
SHELL   := /bin/bash
Q       := $(if $(V),,@)
VERSION := $(shell cat .version)
MODE    ?= release
PREFIX  ?= /usr/local
CC      ?= cc
ifeq ($(origin CC),default)
CC      := cc
endif
ARCHIVE ?= 1
WERROR  ?=

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wvla -Wundef \
  -Wcast-qual -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
  -Wpointer-arith -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum -Wdouble-promotion
HARDEN   := -fstack-protector-strong -fPIE
OPTIMISE := -O2 -D_FORTIFY_SOURCE=2
LINKHARD := -pie -Wl,-z,relro,-z,now -Wl,--as-needed

ifeq ($(MODE),asan)
OPTIMISE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
LINKHARD := -fsanitize=address,undefined
endif
ifeq ($(MODE),clang)
CC       := clang
endif
ifeq ($(MODE),fuzz)
CC       := clang
OPTIMISE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link
LINKHARD := -fsanitize=address,undefined
endif

PACKAGES := jansson yaml-0.1 libcrypto $(if $(filter 1,$(ARCHIVE)),libarchive)
B        := build/$(MODE)
ifneq ($(ARCHIVE),1)
B        := build/$(MODE)-archive$(ARCHIVE)
endif

DEFINES  := -D_GNU_SOURCE -DRAYLAUNCH_VERSION='"$(VERSION)"' $(if $(filter 1,$(ARCHIVE)),-DHAVE_ARCHIVE=1)
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
ALL_CFLAGS = -std=c11 -g $(OPTIMISE) $(HARDEN) $(WARNINGS) $(WERROR) $(DEFINES) -I. $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LIBS       = $(PKG_LIBS) -lpthread

SOURCES   := $(filter-out launcher/main.c,$(wildcard launcher/*.c launcher/*/*.c launcher/*/*/*.c collector/*/*.c))
OBJECTS   := $(SOURCES:%.c=$(B)/%.o) $(B)/embedded.o $(B)/help_pages.o
HELP      := $(sort $(wildcard launcher/help/*.txt))
KEEPER    := $(sort $(wildcard templates/keeper/*.py))
TEMPLATES := $(B)/templates/keeper.py $(sort $(wildcard templates/*.sbatch templates/whole/* templates/parts/* templates/runtime/*))
UNITS     := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS   := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

.DEFAULT_GOAL := all
.PHONY: all help
all: $(B)/raylaunch ## build the program (never installs anything)

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A stamp that changes with the flags, so that a changed CC or CFLAGS builds anew. Without its
# libraries nothing is compiled: pkg-config itself says which one it looked for, and where.
$(B)/flags: FORCE
	@pkg-config --exists --print-errors $(PACKAGES) || { \
	  echo "make: a library of '$(PACKAGES)' is missing; type: make deps-quickstart" >&2; exit 1; }
	@mkdir -p $(B); printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' > $@
FORCE:

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D); echo '  CC      $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/templates/keeper.py: templates/join.sh $(KEEPER)
	@mkdir -p $(@D)
	$(Q)bash templates/join.sh templates/keeper > $@.part && mv $@.part $@
$(B)/embedded.c: templates/embed.sh $(TEMPLATES)
	@mkdir -p $(@D)
	$(Q)bash templates/embed.sh $(TEMPLATES) > $@.part && mv $@.part $@
$(B)/help_pages.c: launcher/help/pages.sh $(HELP)
	@mkdir -p $(@D)
	$(Q)bash launcher/help/pages.sh $(HELP) > $@.part && mv $@.part $@
$(B)/embedded.o $(B)/help_pages.o: %.o: %.c $(B)/flags
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libraylaunch.a: $(OBJECTS)
	@echo '  AR      $@'
	$(Q)rm -f $@ && ar qcs $@ $^

$(B)/raylaunch: $(B)/launcher/main.o $(B)/libraylaunch.a
	@mkdir -p $(@D); echo '  LD      $@'
	$(Q)$(CC) $(OPTIMISE) $(LINKHARD) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/tests/%: $(B)/tests/%.o $(B)/libraylaunch.a
	@mkdir -p $(@D); echo '  LD      $@'
	$(Q)$(CC) $(OPTIMISE) $(LINKHARD) $(LDFLAGS) -o $@ $^ $(LIBS)

.SECONDARY:
-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d $(B)/*/*/*/*/*.d)

# ---- set-up: these two install, nothing else does ----
.PHONY: deps-quickstart deps-check quickstart check check-fast check-headers asan valgrind fuzz fuzz-bins \
  check-corpus check-minimal lint mutants bench torture install uninstall dist clean unit-bins
deps-quickstart: ## install what `make quickstart` needs (Debian packages; asks first)
	@bash tests/deps/deps.sh quickstart

deps-check: ## install what `make check` needs (Debian packages; asks first)
	@bash tests/deps/deps.sh check

quickstart: deps-quickstart ## build, and run a real sweep on this machine with real Ray
	+@$(MAKE) --no-print-directory all
	@bash tests/quickstart.sh

unit-bins: $(UNITS)
fuzz-bins: $(FUZZERS)

# ---- tests ----
# What only `check` builds takes all cores, unless make was told how many.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

check: deps-check ## everything: lint, sanitizers, real Slurm, real Ray (as root)
	+@$(MAKE) --no-print-directory $(PARALLEL) all unit-bins WERROR=-Werror
	+@$(MAKE) --no-print-directory $(PARALLEL) MODE=clang all unit-bins WERROR=-Werror
	+@$(MAKE) --no-print-directory $(PARALLEL) check-minimal check-headers lint
	+@$(MAKE) --no-print-directory $(PARALLEL) asan
	+@$(MAKE) --no-print-directory $(PARALLEL) check-corpus
	@bash tests/run.sh all

check-fast: all unit-bins ## unit and system tests: no root, no Slurm, under a minute
	@bash tests/run.sh fast

check-minimal: ## the program without libarchive still builds and works
	+@$(MAKE) --no-print-directory all WERROR=-Werror ARCHIVE=0
	@build/release-archive0/raylaunch version | grep -q 'without libarchive'

HEADERS := $(wildcard launcher/*/*.h launcher/*/*/*.h collector/*/*.h)
check-headers: ## every header compiles on its own
	@for header in $(HEADERS); do \
	    printf '#include "%s"\nextern int more;\n' "$$header" | $(CC) $(ALL_CFLAGS) -Werror -fsyntax-only -x c - || exit 1; done

asan: ## the unit tests under AddressSanitizer and UBSan
	+@$(MAKE) --no-print-directory MODE=asan all unit-bins
	@prove -Q -j2 $(UNITS:$(B)/%=build/asan/%) >build/asan.log 2>&1 || { cat build/asan.log; exit 1; }
	@tail -n 2 build/asan.log

valgrind: all unit-bins ## the unit tests under valgrind
	@prove -Q --exec 'valgrind -q --error-exitcode=99 --leak-check=full' $(UNITS)

fuzz: ## fuzz every reader of foreign text with clang (SECONDS=60 for each)
	+@$(MAKE) --no-print-directory MODE=fuzz fuzz-bins
	@bash tests/fuzz/run.sh

build/asan/tests/fuzz/%: build/asan/tests/fuzz/%.o build/asan/tests/fuzz/replay.o build/asan/libraylaunch.a
	$(Q)$(CC) -fsanitize=address,undefined -o $@ $^ $(LIBS)

build/fuzz/tests/fuzz/%: build/fuzz/tests/fuzz/%.o build/fuzz/libraylaunch.a
	$(Q)clang -fsanitize=address,undefined,fuzzer -o $@ $^ $(LIBS)

check-corpus: ## the fuzzers' inputs once, with a plain driver
	+@$(MAKE) --no-print-directory MODE=asan $(FUZZERS:$(B)/%=build/asan/%)
	@for fuzzer in $(FUZZERS:$(B)/%=build/asan/%); do name=$${fuzzer##*/fuzz_}; \
	    $$fuzzer tests/fuzz/corpus/$$name >/dev/null || { echo "corpus of $$name failed"; exit 1; }; done; \
	  echo "$(words $(FUZZERS)) fuzz corpora replayed"

lint: all ## clang-format, shellcheck, cppcheck, directions of includes and calls, sizes
	@RAYLAUNCH_BIN=$(B)/raylaunch bash tests/lint.sh

# MUTANTS="lock-not-confirmed launcher/sweep": these only.
mutants: all unit-bins ## planted bugs: does a test of check-fast see each? (some minutes)
	@python3 tests/mutants/run.py $(MUTANTS)

bench: all ## times beside those of other tools, as ratios
	@bash tests/bench/run.sh

torture: all ## long tests run by hand (as root)
	@bash tests/torture/run.sh

# ---- installing ----
install: all ## install into DESTDIR/PREFIX
	install -D -m 755 $(B)/raylaunch $(DESTDIR)$(PREFIX)/bin/raylaunch
	install -D -m 644 docs/raylaunch.1 $(DESTDIR)$(PREFIX)/share/man/man1/raylaunch.1
	mkdir -p $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(B)/raylaunch completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/raylaunch

uninstall: ## remove what install made
	rm -f $(DESTDIR)$(PREFIX)/bin/raylaunch $(DESTDIR)$(PREFIX)/share/man/man1/raylaunch.1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/raylaunch

dist: ## a source archive of the committed tree
	mkdir -p build && git archive --prefix=raylaunch-$(VERSION)/ HEAD | gzip -n > build/raylaunch-$(VERSION).tar.gz

clean: ## remove what was built
	rm -rf build
