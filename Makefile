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
modules = $(foreach l,$(1),$(firstword $(subst :, ,$(l))))
LIB_MODULES := $(call modules,$(LIBRARIES))

WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
           -Wundef -Wpointer-arith -Wwrite-strings
OPTIMIZE ?= -O2 -g
CPPFLAGS += -I. -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -DTOCSIN_VERSION='"$(VERSION)"'
ALL_CFLAGS = -std=c11 $(OPTIMIZE) $(WARNINGS) $(WERROR) $(SANITIZE) -pthread -MMD -MP $(CFLAGS)
LIB_CFLAGS = $(shell pkg-config --cflags $(LIB_MODULES) 2>/dev/null)
LIB_LIBS   = $(shell pkg-config --libs $(LIB_MODULES) 2>/dev/null) -lm

SOURCES := $(sort $(wildcard util/*.c store/*.c ingest/*.c correlate/*.c export/*.c))
CLI     := $(sort $(wildcard cli/*.c))
UNIT    := $(sort $(wildcard tests/unit/*.c))
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

$(CORE): $(CORE_OBJECTS)
	@echo "  AR  $@"
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/%.o: %.c
	@echo "  CC  $<"
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LIB_CFLAGS) -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
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

clean: ## remove what was built
	rm -rf $(BUILD) tocsin

.PHONY: all clean
.SECONDARY:

-include $(CORE_OBJECTS:.o=.d) $(BUILD)/cli/main.d $(UNIT:%.c=$(BUILD)/%.d)
