/* JSON streamed: places, records, limits. */
#include "ingest/feed/feed_json.h"

#include <criterion/criterion.h>

static bool list_value(void *arg, struct str path, struct str value)
{
    struct buf *text = arg;
    buf_printf(text, "%.*s=%.*s;", (int)path.len, path.p, (int)value.len, value.p);
    return !str_eq(value, STR("stop"));
}

static void expect_values(const char *text, const char *want)
{
    struct buf got = {0};
    struct err err = {0};
    struct feed_json_reader reader = {.value = list_value, .arg = &got};
    buf_puts(&got, "");
    cr_expect(feed_json_read("x", str_of(text), &reader, &err), "%s", err.text);
    cr_expect_str_eq(got.text, want, "want %s\ngot  %s", want, got.text);
    buf_done(&got);
}

Test(feed_json, gives_each_value_its_place)
{
    expect_values(
        "{\"a\":1,\"b\":{\"c\":\"x\\n\",\"d\":[true,[2.5],{\"e\":null,\"f\":\"\"}]},\"g\":false}",
        "a=1;b.c=x\n;b.d[]=true;b.d[][]=2.5;b.d[].f=;g=false;");
    expect_values("[[\"x\"],{\"a\":[]},{}]", "[][]=x;");
    expect_values("{\"a\":1}\n{\"a\":2} 3", "a=1;a=2;=3;");
    expect_values("{\"0123456789012345678901234567890123456789\":1,"
                  "\"01234567890123456789012345678901234567890\":{\"a\":2},\"\":3}",
        "0123456789012345678901234567890123456789=1;?.a=2;=3;");
}

Test(feed_json, stops_when_told_to)
{
    expect_values("{\"a\":\"stop\",\"b\":1,,,", "a=stop;");
}

static void expect_failure(const char *text, const char *want)
{
    struct err err = {0};
    struct feed_json_reader reader = {.value = NULL};
    cr_expect_not(feed_json_read("x", str_of(text), &reader, &err));
    cr_expect_str_eq(err.text, want, "%s", err.text);
}

Test(feed_json, says_where_it_is_broken)
{
    expect_failure("{\"a\":1,\n\"b\":}", "x: it is no well-formed JSON from line 2 on");
    expect_failure("{\"a\":1,\n\"b\":[", "x: its JSON ends too early; fetch it again");
    expect_failure("{\"a\":\"unfinished", "x: its JSON ends too early; fetch it again");
}

Test(feed_json, goes_so_deep_and_no_deeper)
{
    char text[2 * FEED_JSON_MAX_DEPTH + 3];
    memset(text, '[', FEED_JSON_MAX_DEPTH);
    memset(text + FEED_JSON_MAX_DEPTH, ']', FEED_JSON_MAX_DEPTH);
    text[2 * FEED_JSON_MAX_DEPTH] = '\0';
    expect_values(text, "");
    memset(text, '[', FEED_JSON_MAX_DEPTH + 1);
    expect_failure(text, "x: it is nested too deep (line 1)");
}

static bool is_item(struct str path)
{
    return str_eq(path, STR("items[]"));
}

static void list_record(void *arg, const struct str *values)
{
    struct buf *text = arg;
    buf_printf(
        text, "<%.*s|%.*s>", (int)values[0].len, values[0].p, (int)values[1].len, values[1].p);
}

static const char *const item_fields[] = {"a", "b[].c", NULL};

static bool read_items(struct str text, struct buf *got, struct err *err)
{
    struct feed_json_reader reader = {
        .is_record = is_item, .fields = item_fields, .take = list_record, .arg = got};
    buf_puts(got, "");
    return feed_json_read("x", text, &reader, err);
}

Test(feed_json, gathers_the_fields_of_records)
{
    struct buf got = {0};
    struct err err = {0};
    cr_assert(
        read_items(STR("{\"a\":0,\"items\":[{\"a\":1,\"a\":2,\"b\":[{\"c\":\"x\"},{\"c\":\"y\"}]},"
                       "{\"b\":[],\"d\":{\"a\":7}},{\"a\":\"z\"}]}"),
            &got, &err),
        "%s", err.text);
    cr_expect_str_eq(got.text, "<1|x\ny><|><z|>", "%s", got.text);
    buf_done(&got);
}

Test(feed_json, refuses_records_without_an_end)
{
    struct buf text = {0}, got = {0};
    struct err err = {0};
    buf_puts(&text, "{\"items\":[{\"b\":[");
    for (int i = 0; i < FEED_JSON_MAX_RECORD / 1000 + 1; i++)
        buf_printf(&text, "%s{\"c\":\"%01000d\"}", i > 0 ? "," : "", 0);
    buf_puts(&text, "]}]}");
    cr_expect_not(read_items(buf_str(&text), &got, &err));
    cr_expect_str_eq(err.text, "x: an entry in it is larger than 1 MiB (line 1)");
    buf_done(&text);
    buf_done(&got);
}

Test(feed_json, tells_kinds_apart)
{
    static const struct {
        const char *text;
        enum feed_json_kind kind;
    } cases[] = {
        {"{\"cidr\":\"x\"}", FEED_JSON_DROP},
        {"{\"x\":{\"cidr\":1}}", FEED_JSON_OTHER},
        {"{\"id\":\"bundle--1\",\"objects\":[{\"id\":\"x\"}]}", FEED_JSON_STIX},
        {"{\"name\":\"x\",\"list\":[\"y\"]}", FEED_JSON_WARNING_LIST},
        {"{\"x\":1,\"response\":[{\"Event\":{\"id\":1}}]}", FEED_JSON_MISP},
        {"{\"Attribute\":[{\"id\":1", FEED_JSON_MISP},
        {"{\"Attributes\":[{\"id\":1}]}", FEED_JSON_OTHER},
        {"[\"192.0.2.1\"]", FEED_JSON_OTHER},
        {"[2001:db8::1]:443", FEED_JSON_OTHER},
        {"cidr", FEED_JSON_OTHER},
        {"", FEED_JSON_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(feed_json_kind(str_of(cases[i].text)), cases[i].kind, "%s", cases[i].text);
}
