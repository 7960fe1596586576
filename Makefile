# Tocsin. `make help` lists what there is to make.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
BUILD   ?= build

VERSION = 0.1.0

# Each library: pkg-config name, Debian package. README.md says what each is for.
LIBRARIES = yajl:libyajl-dev sqlite3:libsqlite3-dev libpcre2-8:libpcre2-dev zlib:zlib1g-dev \
            inih:libinih-dev libmd:libmd-dev
TEST_LIBRARIES = criterion:libcriterion-dev
# Each command: its name, Debian package.
COMMANDS      = pkg-config=pkg-config
TEST_COMMANDS = sqlite3=sqlite3
modules = $(foreach l,$(1),$(firstword $(subst :, ,$(l))))
LIB_MODULES  := $(call modules,$(LIBRARIES))
TEST_MODULES := $(call modules,$(TEST_LIBRARIES))
# ISA-L (libisal-dev) inflates in half the time of zlib; used where it is installed (ISAL=no: not).
ISAL := $(or $(ISAL),$(shell pkg-config --exists libisal 2>/dev/null && echo yes))
ifeq ($(ISAL),yes)
LIB_MODULES += libisal
CPPFLAGS    += -DHAVE_ISAL
endif

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
           -Wundef -Wpointer-arith -Wwrite-strings
# DEBUG=yes: no optimization, and the program watches its own query plans (store/plan.c).
ifdef DEBUG
OPTIMIZE ?= -O0 -g
CPPFLAGS += -DTOCSIN_DEBUG
endif
OPTIMIZE ?= -O2 -g
CPPFLAGS += -I. -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -DTOCSIN_VERSION='"$(VERSION)"'
ALL_CFLAGS = -std=c11 $(OPTIMIZE) $(WARNINGS) $(WERROR) $(SANITIZE) -pthread -MMD -MP $(CFLAGS)
# Asked only when a recipe runs: `deps` may have installed the libraries a moment before.
LIB_CFLAGS  = $(shell pkg-config --cflags $(LIB_MODULES))
LIB_LIBS    = $(shell pkg-config --libs $(LIB_MODULES)) -lm
TEST_CFLAGS = $(shell pkg-config --cflags $(TEST_MODULES))
TEST_LIBS   = $(shell pkg-config --libs $(TEST_MODULES))

SOURCES := $(sort $(wildcard util/*.c store/*.c ingest/*.c ingest/*/*.c correlate/*.c \
                   correlate/*/*.c export/*.c))
CLI     := $(sort $(wildcard cli/*.c))
UNIT    := $(sort $(wildcard tests/unit/*.c))
FUZZ    := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH   := $(sort $(wildcard tests/bench/*.c))
SAMPLES  := $(sort $(wildcard sample-logs/generator/*.c))
FIXTURES := $(sort $(wildcard tests/catalog/generator/*.c))
SCENE    := $(sort $(wildcard tests/scene/*.c))
ALL_CODE := $(SOURCES) $(CLI) $(UNIT) $(wildcard tests/fuzz/*.c) $(BENCH) $(SAMPLES) $(FIXTURES) $(SCENE)
HEADERS  := $(sort $(wildcard */*.h */*/*.h */*/*/*.h))
GENERATED = $(BUILD)/gen/embedded_catalog.c $(BUILD)/gen/embedded_schema.c \
            $(BUILD)/gen/embedded_queries.c

# Everything but cli/main.c is one library that the program, tests, fuzzers and benches link.
CORE_OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(GENERATED:%.c=%.o) \
               $(patsubst %.c,$(BUILD)/%.o,$(filter-out cli/main.c,$(CLI)))
CORE = $(BUILD)/libcore.a

all: tocsin ## build the program

tocsin: $(BUILD)/tocsin
	@cp -f $< $@

$(BUILD)/tocsin: $(BUILD)/cli/main.o $(CORE)
	@echo "  LD  $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

# The folders are prerequisites, so that removing a file takes it out of the library.
$(CORE): $(CORE_OBJECTS) $(sort $(dir $(SOURCES) $(CLI)))
	@echo "  AR  $@"
	@rm -f $@
	@ar rcs $@ $(CORE_OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags | deps
	@echo "  CC  $<"
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LIB_CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%.o: tests/unit/%.c $(BUILD)/flags | deps-test
	@echo "  CC  $<"
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LIB_CFLAGS) $(TEST_CFLAGS) -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags | deps
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

# The folder itself is a prerequisite, so that adding or removing a file rebuilds the table.
define embed
$(BUILD)/gen/$(1).c: $(sort $(wildcard $(2))) $(dir $(2)) util/embed.sh
	@echo "  GEN $$@"
	@mkdir -p $$(@D)
	@util/embed.sh $(1) $(sort $(wildcard $(2))) > $$@.tmp && mv $$@.tmp $$@
endef
$(eval $(call embed,embedded_catalog,catalog/*.conf))
$(eval $(call embed,embedded_schema,store/schema/*.sql))
$(eval $(call embed,embedded_queries,correlate/queries/*.sql))

# Other flags than last time: everything is compiled again.
flags := $(CC) $(CPPFLAGS) $(ALL_CFLAGS)
ifneq ($(flags),$(file <$(BUILD)/flags))
.PHONY: $(BUILD)/flags
endif
$(BUILD)/flags:
	@$(shell mkdir -p $(@D))$(file >$@,$(flags))

deps: ## install the libraries that are missing (DEPS=no: leave that to me)
	$(if $(filter no,$(DEPS)),,@CC='$(CC)' util/deps.sh $(COMMANDS) $(LIBRARIES))

deps-test: deps
	$(if $(filter no,$(DEPS)),,@CC='$(CC)' util/deps.sh $(TEST_COMMANDS) $(TEST_LIBRARIES))

demo: tocsin ## read sample-logs/ and show the alerts, one or more of each type
	@sample-logs/demo.sh ./tocsin $(BUILD)/demo.db

samples: $(BUILD)/sample-logs/generate ## write sample-logs/ anew, the same bytes every time
	$< sample-logs

fixtures: $(BUILD)/tests/catalog/generate ## write the logs in tests/catalog/ anew
	$< tests/catalog

$(BUILD)/sample-logs/generate: $(SAMPLES:%.c=$(BUILD)/%.o)
$(BUILD)/tests/catalog/generate: $(FIXTURES:%.c=$(BUILD)/%.o) \
                                 $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(SAMPLES)))
$(BUILD)/tests/scene/generate: $(SCENE:%.c=$(BUILD)/%.o) \
                               $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(SAMPLES)))
$(BUILD)/%/generate:
	@echo "  LD  $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

# --- Tests -------------------------------------------------------------------------------------

UNIT_TESTS    = $(if $(UNIT),$(BUILD)/tests/unit/unit)
FUZZ_REPLAYS  = $(FUZZ:%.c=$(BUILD)/%)
# Reports go to files, because Criterion's exit status does not tell of a leak.
SAN_BUILD     = $(BUILD)/san
SAN_REPORT    = $(abspath $(SAN_BUILD))/report

SCENE_LOGS    = $(BUILD)/tests/scene/generate

check: $(BUILD)/tocsin $(UNIT_TESTS) $(FUZZ_REPLAYS) $(SCENE_LOGS) | deps-test ## run all tests (T='suite/name*': some; UPDATE=1: rewrite golden files)
	@BUILD=$(BUILD) T='$(T)' UPDATE='$(UPDATE)' tests/check.sh

check-san: ## the same under AddressSanitizer and UndefinedBehaviorSanitizer
	@rm -f $(SAN_REPORT)*
	@REPORTS=$(SAN_REPORT) \
	ASAN_OPTIONS=log_path=$(SAN_REPORT):detect_stack_use_after_return=1 \
	UBSAN_OPTIONS=log_path=$(SAN_REPORT):print_stacktrace=1 \
	$(MAKE) --no-print-directory check BUILD=$(SAN_BUILD) OPTIMIZE='-O1 -g -fno-omit-frame-pointer' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined'

check-scene: $(BUILD)/tocsin $(SCENE_LOGS) | deps-test ## forty days of labelled attacks, by sensor and seed, and in other orders (SEEDS='1 2 3')
	@BUILD=$(BUILD) T=scenes SEEDS='$(SEEDS)' tests/check.sh

$(BUILD)/tests/unit/unit: $(UNIT:%.c=$(BUILD)/%.o) $(CORE) tests/unit/
	@echo "  LD  $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(UNIT:%.c=$(BUILD)/%.o) $(CORE) $(TEST_LIBS) $(LIB_LIBS)

$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/main.o $(CORE)
	@echo "  LD  $@"
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

fuzz: ## fuzz one parser: make fuzz F=eve SECONDS=600 (JOBS=2: by two processes)
	@[ -e 'tests/fuzz/fuzz_$(F).c' ] || \
	    { echo 'fuzz: F is one of: $(FUZZ:tests/fuzz/fuzz_%.c=%)'; false; }
	@CC='clang -fsanitize=address' util/deps.sh $(COMMANDS) $(LIBRARIES)
	@$(MAKE) --no-print-directory fuzz-run CC=clang BUILD=$(BUILD)/fuzz OPTIMIZE='-O1 -g' \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' \
	    WARNINGS=-Wall

fuzz-run: DICTIONARY = $(wildcard tests/fuzz/fuzz_$(F).dict)
fuzz-run: $(BUILD)/tests/fuzz/fuzz_$(F).o $(CORE)
	@$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $(BUILD)/fuzz_$(F) $^ $(LIB_LIBS)
	@mkdir -p $(BUILD)/$(F)
	cd $(BUILD) && ./fuzz_$(F) -max_total_time=$(or $(SECONDS),60) -timeout=10 -rss_limit_mb=1024 \
	    $(if $(JOBS),-fork=$(JOBS)) $(DICTIONARY:%=-dict=$(CURDIR)/%) $(F) $(abspath tests/fuzz/fuzz_$(F).in)

bench: $(BUILD)/tocsin $(BENCH:%.c=$(BUILD)/%) | deps-test ## measure against the sqlite3 shell (ROWS=1000000 ROUNDS=5)
	@BUILD=$(BUILD) ROWS='$(ROWS)' ROUNDS='$(ROUNDS)' tests/bench/run.sh

bench-history: $(BUILD)/tocsin $(BENCH:%.c=$(BUILD)/%) ## does correlation cost what is new, or what is stored? (ROWS=1000000 TIMES=10 NEW=10000)
	@BUILD=$(BUILD) ROWS='$(ROWS)' TIMES='$(TIMES)' NEW='$(NEW)' ROUNDS='$(ROUNDS)' tests/bench/history.sh

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o
	@$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< -lm

lint: | deps ## clang-tidy and the layout of the code
	@util/deps.sh clang-tidy=clang-tidy clang-format=clang-format
	@clang-format --dry-run -Werror $(ALL_CODE) $(HEADERS)
	@printf '%s\n' $(SOURCES) $(CLI) | xargs -P $$(nproc) -I FILE sh -c "echo '  TIDY FILE' && \
	    clang-tidy --quiet FILE -- -std=c11 $(subst ",\",$(CPPFLAGS)) $(LIB_CFLAGS) 2>/dev/null"

format: ## lay the code out
	@util/deps.sh clang-format=clang-format
	@clang-format -i $(ALL_CODE) $(HEADERS)

install: $(BUILD)/tocsin ## into DESTDIR and PREFIX (/usr/local)
	install -D -m 755 $< '$(DESTDIR)$(PREFIX)/bin/tocsin'
	install -D -m 644 README.md '$(DESTDIR)$(PREFIX)/share/doc/tocsin/README.md'

uninstall: ## take it out again
	rm -f '$(DESTDIR)$(PREFIX)/bin/tocsin' '$(DESTDIR)$(PREFIX)/share/doc/tocsin/README.md'
	-rmdir '$(DESTDIR)$(PREFIX)/share/doc/tocsin'

clean: ## remove what was built
	rm -rf $(BUILD) tocsin

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: all deps deps-test demo samples fixtures check check-san check-scene fuzz fuzz-run bench bench-history lint format \
        install uninstall clean help
.SECONDARY:

-include $(CORE_OBJECTS:.o=.d) $(patsubst %.c,$(BUILD)/%.d,cli/main.c $(ALL_CODE))
