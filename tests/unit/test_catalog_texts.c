/* What the texts of the built-in types say, and how their placeholders are filled. */
#include "cli/cli.h"
#include "tests/unit/catalogs.h"

#include <stdio.h>
#include <stdlib.h>

/* Every text of the catalogue, variants included. */
static void each_text(const struct catalog *c, void (*check)(const char *code, const char *text))
{
    for (int i = 0; i < c->type_count; i++) {
        const struct alert_type *t = &c->types[i];
        for (int lang = 0; lang < LANGS; lang++) {
            check(t->code, t->title[lang]);
            check(t->code, t->description[lang]);
            check(t->code, t->pool[lang]);
            check(t->code, t->respond[lang]);
            for (int v = 0; v < t->variant_count; v++) {
                check(t->code, t->variants[v].title[lang]);
                check(t->code, t->variants[v].description[lang]);
                check(t->code, t->variants[v].pool[lang]);
                check(t->code, t->variants[v].respond[lang]);
            }
        }
    }
}

static const struct command *command_of(struct str name)
{
    for (const struct command *const *c = commands; *c; c++)
        if (str_eq(name, str_of((*c)->name)))
            return *c;
    return NULL;
}

static bool has_action(const struct command *c, struct str name)
{
    for (const struct action *a = c->actions; a->run; a++)
        if (a->name && str_eq(name, str_of(a->name)))
            return true;
    return false;
}

/* The value of an option that takes one of some words is among them. */
static bool has_option(const struct command *c, struct str name, struct str value)
{
    for (const struct option_spec *o = c->options; o && o->name; o++) {
        if (!str_eq(name, str_of(o->name)))
            continue;
        return value.len == 0 || !o->argument || !strchr(o->argument, '|') ||
               memmem(o->argument, strlen(o->argument), value.p, value.len);
    }
    return false;
}

/* "tocsin alerts list --address": all of it is there. */
static void check_call(const char *code, struct str call)
{
    struct str rest = call, name = str_cut(&rest, ' ');
    const struct command *c = command_of(name);
    cr_assert_not_null(c, "%s: tocsin %.*s", code, (int)call.len, call.p);
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (!str_starts(word, STR("--"))) {
            cr_assert(has_action(c, word), "%s: tocsin %.*s", code, (int)call.len, call.p);
            continue;
        }
        struct str option = {word.p + 2, word.len - 2};
        cr_assert(has_option(c, option, str_cut(&rest, ' ')), "%s: tocsin %.*s", code,
            (int)call.len, call.p);
    }
}

static int calls_found;

static void check_calls(const char *code, const char *text)
{
    for (const char *at = text; at && (at = strstr(at, "tocsin ")); at += strlen("tocsin ")) {
        const char *call = at + strlen("tocsin ");
        check_call(code, (struct str){call, strcspn(call, "\"\n\xe3")});
        calls_found++;
    }
}

Test(catalog_texts, sends_the_reader_only_to_commands_that_are_there)
{
    struct catalog *c = load(NULL);
    each_text(c, check_calls);
    cr_assert_geq(calls_found, 2 * 2 * c->type_count - 2);
    catalog_free(c);
}

static void check_words(const char *code, const char *text)
{
    static const char *const unfounded[] = {"suppression", "抑止ルール", "normal", "通常の水準",
        "incident", "以前のインシデント", "tocsin explain", "unusual"};
    for (size_t i = 0; text && i < sizeof unfounded / sizeof *unfounded; i++)
        cr_assert_null(strstr(text, unfounded[i]), "%s says %s: %s", code, unfounded[i], text);
}

Test(catalog_texts, promises_nothing_that_was_not_computed)
{
    struct catalog *c = load(NULL);
    each_text(c, check_words);
    catalog_free(c);
}

static void check_blanks(const char *code, const char *text)
{
    static const char *const stray[] = {"、 ", "。 ", " 、", " 。", "「 ", " 」", "  "};
    for (size_t i = 0; text && i < sizeof stray / sizeof *stray; i++)
        cr_assert_null(strstr(text, stray[i]), "%s has a stray blank: %s", code, text);
}

Test(catalog_texts, has_no_stray_blanks)
{
    struct catalog *c = load(NULL);
    each_text(c, check_blanks);
    catalog_free(c);
}

static int count_lines(const char *text)
{
    int n = 1;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

Test(catalog_texts, gives_five_steps_of_response_in_both_languages)
{
    struct catalog *c = load(NULL);
    for (int i = 0; i < c->type_count; i++)
        for (int lang = 0; lang < LANGS; lang++)
            cr_assert_eq(count_lines(c->types[i].respond[lang]), 5, "%s", c->types[i].code);
    catalog_free(c);
}

Test(catalog_texts, joins_wrapped_japanese_without_a_space)
{
    struct catalog *c = load(NULL);
    const char *text = type(c, "SSH_Incoming_BF_OneToOne")->description[LANG_JA];
    cr_assert_not_null(strstr(text, "ありました。これほど"), "%s", text);
    cr_assert_null(strchr(text, '\n'));
    catalog_free(c);
}

/* ------------------------------------------------------------------ placeholders */

static const char *fill_from_list(void *arg, struct str name)
{
    const char *const *pairs = arg;
    for (; *pairs; pairs += 2)
        if (str_eq(name, str_of(pairs[0])))
            return pairs[1];
    return NULL;
}

static void fills(const char *text, const char *expected)
{
    const char *pairs[] = {"Attacker IP", "192.0.2.1", "空", "", "A", "%{A}", NULL};
    char *filled = catalog_fill(text, fill_from_list, pairs);
    cr_assert_str_eq(filled, expected);
    free(filled);
}

Test(catalog_texts, fills_placeholders)
{
    fills("", "");
    fills("plain", "plain");
    fills("%{Attacker IP}", "192.0.2.1");
    fills("from %{Attacker IP}, %{Attacker IP}.", "from 192.0.2.1, 192.0.2.1.");
    fills("送信元 %{Attacker IP}%{空}。", "送信元 192.0.2.1。");
}

Test(catalog_texts, says_a_machine_without_a_name_once)
{
    fills("%{Attacker IP} (%{Attacker IP}) tried", "192.0.2.1 tried");
    fills("%{Attacker IP} (%{Attacker IP})", "192.0.2.1");
    fills("%{A} (%{Attacker IP})", "%{A} (192.0.2.1)");
    fills("(%{Attacker IP})", "(192.0.2.1)");
    fills("%{Attacker IP}: (%{Attacker IP})", "192.0.2.1: (192.0.2.1)");
    fills("%{Attacker IP} (%{Attacker IP}, us)", "192.0.2.1 (192.0.2.1, us)");
}

Test(catalog_texts, leaves_what_it_cannot_fill)
{
    fills("%{Nobody} %{Attacker IP}", "%{Nobody} 192.0.2.1");
    fills("%{Attacker IP", "%{Attacker IP");
    fills("100 % of %} and %", "100 % of %} and %");
    fills("%{}", "%{}");
}

Test(catalog_texts, does_not_fill_what_was_filled_in)
{
    fills("%{A}", "%{A}");
}
