/* One line of JSON to the values asked for. */
#include "ingest/json.h"

#include <criterion/criterion.h>

#include <stdio.h>

enum { A = 1, B, DEEP, DOTTED, LIST, MEMBER };

static const struct json_path paths[] = {{"a", A}, {"b", B}, {"x.y.z", DEEP}, {"id.h", DOTTED},
    {"id_h", DOTTED}, {"l", LIST}, {"l[]", LIST}, {"g.m[]", LIST}, {"o[].m", MEMBER}};

static struct json *reader;
static struct arena text;
static struct json_line values;

static void set_up(void)
{
    reader = json_new(paths, sizeof(paths) / sizeof(paths[0]));
    cr_assert_not_null(reader);
}

static void tear_down(void)
{
    json_free(reader);
    arena_done(&text);
}

TestSuite(json, .init = set_up, .fini = tear_down);

static enum reject parse(const char *line)
{
    return json_parse(reader, str_of(line), &text, &values);
}

static void expect_value(unsigned field, const char *want)
{
    struct str s = json_get(&values, field);

    cr_expect(
        str_eq(s, str_of(want)), "field %u is '%.*s', not '%s'", field, (int)s.len, s.p, want);
}

Test(json, takes_values_by_path)
{
    cr_assert_eq(
        parse("{\"n\":{\"a\":1},\"a\":12.50,\"x\":{\"q\":[1,{\"z\":2}],\"y\":{\"z\":\"t\"}}}"),
        REJECT_NONE);
    expect_value(A, "12.50");
    expect_value(DEEP, "t");
    cr_expect_not(json_has(&values, B));
}

Test(json, dotted_names_are_found_nested_flat_and_renamed)
{
    cr_assert_eq(parse("{\"id\":{\"h\":\"1\"}}"), REJECT_NONE);
    expect_value(DOTTED, "1");
    cr_assert_eq(parse("{\"id.h\":\"2\"}"), REJECT_NONE);
    expect_value(DOTTED, "2");
    cr_assert_eq(parse("{\"id_h\":\"3\"}"), REJECT_NONE);
    expect_value(DOTTED, "3");
}

Test(json, unescapes_into_the_arena_and_slices_the_rest)
{
    const char *line = "{\"a\":\"plain\",\"b\":\"q\\\"\\u0041\\n\"}";

    cr_assert_eq(parse(line), REJECT_NONE);
    expect_value(A, "plain");
    expect_value(B, "q\"A\n");
    cr_expect_eq(values.value[A].p, strstr(line, "plain"));
}

Test(json, null_arrays_and_objects_leave_a_field_unset)
{
    cr_assert_eq(parse("{\"a\":null,\"b\":[\"x\"],\"x\":{\"y\":{\"z\":{}}}}"), REJECT_NONE);
    cr_expect_eq(values.seen, 0);
}

Test(json, the_first_of_two_keys_counts)
{
    cr_assert_eq(parse("{\"a\":\"first\",\"a\":\"second\"}"), REJECT_NONE);
    expect_value(A, "first");
    cr_assert_eq(parse("{\"a\":true,\"a\":false,\"b\":false}"), REJECT_NONE);
    expect_value(A, "true");
    expect_value(B, "false");
}

Test(json, refuses_what_is_not_one_object)
{
    static const char *const bad[] = {"", "{", "{\"a\":1", "{\"a\":1}}", "{\"a\":1}{\"a\":2}",
        "{\"a\":1} 12", "{\"a\":1} tru", "{\"a\":1} \"open", "[1]", "12", "\"a\"", "null", "true",
        "{\"a\":1,}", "{'a':1}", "{\"a\":\"\"x\"}", "{\"a\":01}", "nonsense", "{\"a\":NaN}"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_eq(parse(bad[i]), REJECT_NOT_JSON, "accepted: %s", bad[i]);
        cr_expect_eq(parse("{\"a\":7}"), REJECT_NONE, "the line after: %s", bad[i]);
        expect_value(A, "7");
    }
}

Test(json, white_space_around_the_object_is_fine)
{
    cr_expect_eq(parse(" {\"a\" : 1 } \t"), REJECT_NONE);
    expect_value(A, "1");
}

Test(json, depth_has_a_limit)
{
    char line[4 * JSON_MAX_DEPTH + 64] = "{\"a\":";
    size_t n = strlen(line);

    for (int i = 1; i < JSON_MAX_DEPTH; i++)
        line[n++] = '[';
    for (int i = 1; i < JSON_MAX_DEPTH; i++)
        line[n++] = ']';
    memcpy(line + n, "}", 2);
    cr_expect_eq(parse(line), REJECT_NONE);
    n = strlen("{\"a\":");
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        line[n++] = '[';
    for (int i = 0; i < JSON_MAX_DEPTH; i++)
        line[n++] = ']';
    memcpy(line + n, "}", 2);
    cr_expect_eq(parse(line), REJECT_TOO_DEEP);
}

Test(json, bytes_that_are_no_utf8_are_kept)
{
    cr_assert_eq(parse("{\"a\":\"caf\xE9\",\"b\":\"\\udb80\"}"), REJECT_NONE);
    expect_value(A, "caf\xE9");
    cr_expect(json_has(&values, B), "a lone surrogate is no reason to lose a record");
}

Test(json, nul_bytes_are_named)
{
    static const char line[] = "{\"a\":\0 1}";

    cr_expect_eq(
        json_parse(reader, (struct str){line, sizeof(line) - 1}, &text, &values), REJECT_BINARY);
}

Test(json, more_paths_than_fit_are_refused)
{
    static const struct json_path bad[] = {{"a", JSON_FIELDS_MAX}};

    cr_expect_null(json_new(bad, 1));
}

static void expect_items(const char *want)
{
    char got[256] = "";
    size_t len = 0;

    for (size_t i = 0; i < values.item_count; i++)
        len += (size_t)snprintf(got + len, sizeof(got) - len, "%u=%.*s ", values.item_field[i],
            (int)values.items[i].len, values.items[i].p);
    cr_expect_str_eq(got, want);
}

Test(json, takes_the_elements_of_arrays)
{
    cr_assert_eq(parse("{\"l\":[\"x\",2,null,true,\"y\\n\"],\"g\":{\"m\":[\"z\"],\"q\":[\"no\"]}}"),
        REJECT_NONE);
    expect_value(LIST, "x");
    expect_items("5=x 5=2 5=y\n 5=z ");
    cr_assert_eq(parse("{\"a\":1}"), REJECT_NONE);
    expect_items("");
}

Test(json, takes_members_of_the_objects_in_arrays)
{
    cr_assert_eq(parse("{\"o\":[{\"m\":\"1\",\"n\":{\"m\":\"no\"}},{\"k\":[{\"m\":\"no\"}]},{\"m\":"
                       "\"2\"}],\"m\":\"no\"}"),
        REJECT_NONE);
    expect_value(MEMBER, "1");
    expect_items("6=1 6=2 ");
}

Test(json, a_plain_value_may_stand_for_an_array_of_one)
{
    cr_assert_eq(parse("{\"l\":\"x\",\"o\":{\"m\":\"no\"}}"), REJECT_NONE);
    expect_value(LIST, "x");
    expect_items("");
    cr_expect_not(json_has(&values, MEMBER));
}

Test(json, arrays_in_arrays_and_what_does_not_fit_are_passed_over)
{
    char line[1024] = "{\"l\":[[\"no\"],";

    for (int i = 0; i < JSON_ITEMS_MAX + 5; i++)
        strcat(line, "\"x\",");
    strcat(line, "\"x\"],\"a\":1}");
    cr_assert_eq(parse(line), REJECT_NONE);
    cr_expect_eq(values.item_count, JSON_ITEMS_MAX);
    expect_value(LIST, "x");
    expect_value(A, "1");
}

Test(json, numbers_that_json_has_not_are_refused)
{
    cr_expect_eq(parse("{\"a\":NaN}"), REJECT_NOT_JSON);
    cr_expect_eq(parse("{\"a\":-Infinity}"), REJECT_NOT_JSON);
    cr_expect_eq(parse("{\"a\":0x1}"), REJECT_NOT_JSON);
}

Test(json, lone_surrogates_do_not_refuse_a_line)
{
    cr_assert_eq(parse("{\"a\":\"\\udb80\\udcc2\",\"b\":\"\\udc00x\"}"), REJECT_NONE);
    cr_expect(json_has(&values, A));
    cr_expect(json_has(&values, B));
}
