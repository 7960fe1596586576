/* The quick way gives what yajl gives, or leaves the line to it. */
#include "ingest/json_scan.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define MUTATIONS 200000

static int note(void *arg, const char *what, const void *text, size_t len)
{
    buf_puts(arg, what);
    buf_add(arg, (struct str){text, len});
    buf_addc(arg, '\n');
    return 1;
}

static int on_null(void *arg)
{
    return note(arg, "null", "", 0);
}

static int on_boolean(void *arg, int value)
{
    return note(arg, value ? "true" : "false", "", 0);
}

static int on_number(void *arg, const char *text, size_t len)
{
    return note(arg, "number ", text, len);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    return note(arg, "string ", text, len);
}

static int on_key(void *arg, const unsigned char *text, size_t len)
{
    return note(arg, "key ", text, len);
}

static int on_start_map(void *arg)
{
    return note(arg, "{", "", 0);
}

static int on_end_map(void *arg)
{
    return note(arg, "}", "", 0);
}

static int on_start_array(void *arg)
{
    return note(arg, "[", "", 0);
}

static int on_end_array(void *arg)
{
    return note(arg, "]", "", 0);
}

static const yajl_callbacks notes = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_map_key = on_key,
    .yajl_start_map = on_start_map,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

static bool parse(struct str line, struct buf *events)
{
    yajl_handle y = yajl_alloc(&notes, NULL, events);
    bool good;

    cr_assert_not_null(y);
    yajl_config(y, yajl_dont_validate_strings, 1);
    good = yajl_parse(y, (const unsigned char *)line.p, line.len) == yajl_status_ok &&
           yajl_complete_parse(y) == yajl_status_ok;
    yajl_free(y);
    return good;
}

/* True when the line was scanned; then yajl says the same. */
static bool scanned(struct str line)
{
    struct buf quick = {0}, slow = {0};
    bool plain = json_scan(line, &notes, &quick);

    if (plain) {
        cr_expect(parse(line, &slow), "%.*s", (int)line.len, line.p);
        cr_expect(str_eq(buf_str(&quick), buf_str(&slow)), "%.*s", (int)line.len, line.p);
    }
    buf_done(&quick);
    buf_done(&slow);
    return plain;
}

static const char *const plain_lines[] = {
    "{}",
    "{\"a\":1}",
    " { \"a\" : [ ] , \"b\" : { } } ",
    "{\"a\":[{}],\"b\":{\"c\":{\"d\":[[],[1,2],{\"e\":null}]}}}",
    "{\"ts\":1700000000.123456,\"uid\":\"CHhAvVGS1DHFjwGM9\",\"id.orig_h\":\"192.0.2.1\"}",
    "{\"t\":true,\"f\":false,\"n\":null,\"e\":-0.5e+10,\"z\":0,\"y\":1E5,\"x\":\"\"}",
    "{\"name\":\"\xE3\x81\x82\xFF\x7F\",\"long\":\"0123456789abcdef0123456789abcdef/\"}",
};
#define PLAIN_LINES (sizeof(plain_lines) / sizeof(plain_lines[0]))

Test(json_scan, takes_plain_lines)
{
    for (size_t i = 0; i < PLAIN_LINES; i++)
        cr_expect(scanned(str_of(plain_lines[i])), "%s", plain_lines[i]);
}

Test(json_scan, leaves_the_others)
{
    static const char *const lines[] = {"", " ", "1", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":{]}", "{a:1}", "{\"a\" 1}",
        "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":-}",
        "{\"a\":tru}", "{\"a\":truex}", "{\"a\":\"x}", "{\"a\":\"\\n\"}", "{\"\\u0061\":1}",
        "{\"a\":\"\t\"}", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "{\"a\":1}]",
        "{\"a\":\"0123456\\\"\"}", "{\"a\":\"01234567\x01\"}", "{\"a\":1\t}"};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        cr_expect_not(scanned(str_of(lines[i])), "%s", lines[i]);
}

Test(json_scan, leaves_what_is_nested_deeply)
{
    char line[1000] = "{\"a\":";

    memset(line + 5, '[', 900);
    cr_expect_not(scanned(str_of(line)));
}

static int refuse(void *arg)
{
    (void)arg;
    return 0;
}

Test(json_scan, stops_when_it_is_told)
{
    struct buf events = {0};
    yajl_callbacks stopping = notes;

    stopping.yajl_null = refuse;
    cr_expect_not(json_scan(STR("{\"a\":null}"), &stopping, &events));
    cr_expect_str_eq(events.text, "{\nkey a\n");
    buf_done(&events);
}

/* Bytes changed, doubled and left out at random. */
Test(json_scan, never_says_what_yajl_does_not)
{
    static const char bytes[] = "{}[]\",:\\ \t0123456789.eE+-tfnul\x01\x80/";
    size_t plain = 0;

    srand(1);
    for (int i = 0; i < MUTATIONS; i++) {
        char line[200];
        struct str from = str_of(plain_lines[(size_t)i % PLAIN_LINES]);
        size_t at = (size_t)rand() % from.len, skip = (size_t)rand() % 3, len;
        memcpy(line, from.p, at);
        line[at] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
        skip = skip > from.len - at ? from.len - at : skip;
        len = at + 1 + from.len - at - skip;
        memcpy(line + at + 1, from.p + at + skip, from.len - at - skip);
        plain += scanned((struct str){line, len});
    }
    cr_expect_gt(plain, MUTATIONS / 20);
    cr_expect_lt(plain, MUTATIONS / 2);
}
