/* The quick way gives what yajl gives, or leaves the line to it. */
#include "ingest/json.h"
#include "ingest/json_scan.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#define MUTATIONS 200000

enum field { A, B, C_D, LIST, LIST_NAME, TS, UID, HOST, T, F, E, LONG };

static const struct json_path paths[] = {{"a", A}, {"b", B}, {"c.d", C_D}, {"list[]", LIST},
    {"items[].name", LIST_NAME}, {"ts", TS}, {"uid", UID}, {"id.orig_h", HOST}, {"t", T}, {"f", F},
    {"e", E}, {"long", LONG}};
#define PATHS (sizeof(paths) / sizeof(paths[0]))

static struct json *yajl;
static struct json_keys keys;
static struct json_guesses guesses;
static struct arena arena;

static void set_up(void)
{
    yajl = json_new(paths, PATHS);
    cr_assert(yajl && json_keys_init(&keys, paths, PATHS));
    memset(&guesses, 0, sizeof(guesses));
}

static void tear_down(void)
{
    json_free(yajl);
    arena_done(&arena);
}

TestSuite(json_scan, .init = set_up, .fini = tear_down);

static void expect_same(const struct json_line *a, const struct json_line *b, struct str line)
{
    cr_expect_eq(a->seen, b->seen, "%.*s", (int)line.len, line.p);
    for (unsigned i = 0; i < PATHS; i++)
        cr_expect(str_eq(json_get(a, i), json_get(b, i)), "%.*s: %s", (int)line.len, line.p,
            paths[i].path);
    cr_assert_eq(a->item_count, b->item_count, "%.*s", (int)line.len, line.p);
    for (unsigned i = 0; i < a->item_count; i++)
        cr_expect(a->item_field[i] == b->item_field[i] && str_eq(a->items[i], b->items[i]), "%.*s",
            (int)line.len, line.p);
}

/* True when the line was scanned; then yajl says the same. It is read from a block of its own size,
 * so that a byte too far is seen. */
static bool scanned(struct str line)
{
    struct json_line quick, slow;
    char *copy = malloc(line.len + 1);
    bool plain;

    cr_assert_not_null(copy);
    memcpy(copy, line.p, line.len);
    copy = realloc(copy, line.len ? line.len : 1);
    line.p = copy;
    plain = json_scan(&keys, &guesses, line, &quick);
    if (plain) {
        cr_expect_eq(json_parse_slowly(yajl, line, &arena, &slow), REJECT_NONE, "%.*s",
            (int)line.len, line.p);
        expect_same(&quick, &slow, line);
    }
    free(copy);
    arena_reset(&arena);
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
    "{\"c\":{\"d\":\"x\",\"c\":{\"d\":2}},\"a\":\"first\",\"a\":\"second\",\"d\":3}",
    "{\"list\":[\"x\",1,true,null,[2]],\"items\":[{\"name\":\"y\"},3,{\"name\":null,\"list\":[4]}]}",
    "{\"id\":{\"orig_h\":\"192.0.2.2\",\"a\":5},\"c.d\":6,\"list\":7,\"items\":{\"name\":8}}",
    "{\"a_key_that_is_longer_than_any_guess\":1,\"uid\":{\"a\":1},\"a\":{\"uid\":1},\"b\":[\"b\"]}",
};
#define PLAIN_LINES (sizeof(plain_lines) / sizeof(plain_lines[0]))

/* Twice: the second time the keys come as guessed. */
Test(json_scan, takes_plain_lines)
{
    for (size_t i = 0; i < 2 * PLAIN_LINES; i++)
        cr_expect(
            scanned(str_of(plain_lines[i % PLAIN_LINES])), "%s", plain_lines[i % PLAIN_LINES]);
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

/* At each place of a block of 16 bytes. */
Test(json_scan, a_special_byte_is_found_wherever_it_stands)
{
    static const char special[] = "\\\x01\x1f";

    for (size_t len = 1; len < 50; len++)
        for (size_t at = 0; at < len; at++) {
            char line[80] = "{\"a\":\"";
            memset(line + 6, 'x', len);
            memcpy(line + 6 + len, "\"}", 3);
            cr_expect(scanned(str_of(line)), "%s", line);
            line[6 + at] = special[at % 3];
            cr_expect_not(scanned(str_of(line)), "%s", line);
            line[6 + at] = '"';
            cr_expect_not(scanned(str_of(line)), "%s", line);
        }
}

Test(json_scan, leaves_what_is_nested_deeply)
{
    char line[1000] = "{\"a\":";

    memset(line + 5, '[', 900);
    cr_expect_not(scanned(str_of(line)));
}

/* More keys, and more ways to go on after one, than are remembered. */
Test(json_scan, many_keys_in_any_order_are_told_apart)
{
    srand(2);
    for (int i = 0; i < 20000; i++) {
        char line[200];
        int n =
            snprintf(line, sizeof(line), "{\"k%d\":1,\"%c\":{\"%c\":2,\"d\":3},\"%c\":4,\"uid\":5}",
                rand() % 2000, "abcx"[rand() % 4], "abcd"[rand() % 4], "abtf"[rand() % 4]);
        cr_expect(scanned((struct str){line, (size_t)n}), "%s", line);
    }
}

static size_t put_value(char *to, int depth);

/* "a":1,"list":["x",{}] and the like, or without keys; blanks now and then. */
static size_t put_members(char *to, bool array, int depth)
{
    static const char *const names[] = {"a", "b", "c", "d", "list", "items", "name", "unknown"};
    size_t len = 0;

    for (int i = 0, count = rand() % 4; i < count; i++) {
        len += (size_t)sprintf(to + len, "%s%s", i > 0 ? "," : "", rand() % 8 == 0 ? " " : "");
        if (!array)
            len += (size_t)sprintf(to + len, "\"%s\":", names[(size_t)rand() % 8]);
        len += put_value(to + len, depth);
    }
    return len;
}

static size_t put_value(char *to, int depth)
{
    static const char *const values[] = {"1", "\"x\"", "true", "null", "-0.5", "\"\""};
    int kind = depth < 12 ? rand() % 4 : 3;
    size_t len = 0;

    if (kind > 1)
        return (size_t)sprintf(to, "%s", values[(size_t)rand() % 6]);
    to[len++] = kind ? '[' : '{';
    len += put_members(to + len, kind, depth + 1);
    to[len++] = kind ? ']' : '}';
    return len;
}

/* What stands between values is remembered: each must find what belongs to its own place. */
Test(json_scan, shapes_of_any_kind_are_read_as_yajl_reads_them)
{
    static char line[1 << 20];

    srand(3);
    for (int i = 0; i < 100000; i++) {
        size_t len = 1;
        line[0] = '{';
        len += put_members(line + len, false, 0);
        line[len++] = '}';
        cr_assert(scanned((struct str){line, len}), "%.*s", (int)len, line);
    }
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
