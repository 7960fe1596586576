/* The command line: what is taken, and what each refusal says. */
#include "cli/cli.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <string.h>

#define WORDS_MAX 16

struct parsed {
    struct command_line line;
    struct err err;
    bool ok;
    char *argv[WORDS_MAX]; /* points into text */
    char text[512];
};

/* Cuts `text` at blanks into an argv behind "tocsin". */
static void parse(struct parsed *p, const char *text)
{
    int argc = 0;
    memset(p, 0, sizeof *p);
    strncpy(p->text, text, sizeof p->text - 1);
    p->argv[argc++] = p->text + sizeof p->text - 1;
    for (char *word = strtok(p->text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
        p->argv[argc++] = word;
    p->ok = options_parse(commands, argc, p->argv, &p->line, &p->err);
}

static void refused(const char *text, const char *sentence)
{
    struct parsed p;
    parse(&p, text);
    cr_assert_not(p.ok, "'%s' was taken", text);
    cr_assert_eq(p.err.code, ERR_USAGE);
    cr_assert_str_eq(p.err.text, sentence);
}

Test(options, stand_before_and_after_the_command)
{
    struct parsed p;
    parse(&p, "--db a.db run -c t.conf logs --home=10.0.0.0/8 more");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_eq(p.line.command, &command_run);
    cr_assert_str_eq(p.line.options.db, "a.db");
    cr_assert_str_eq(p.line.options.config, "t.conf");
    cr_assert_str_eq(p.line.options.home, "10.0.0.0/8");
    cr_assert_eq(p.line.word_count, 2);
    cr_assert_str_eq(p.line.words[0], "logs");
    cr_assert_str_eq(p.line.words[1], "more");
}

Test(options, of_a_command_may_stand_before_it)
{
    struct parsed p;
    parse(&p, "--fail-on high --limit=3 -qv run");
    cr_assert_not(p.ok);
    parse(&p, "--fail-on HIGH -qv run");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_eq(p.line.options.fail_on, SEVERITY_HIGH);
    cr_assert(p.line.options.quiet && p.line.options.verbose);
}

Test(options, letters_take_their_value_in_the_same_word_or_the_next)
{
    struct parsed p;
    parse(&p, "export -oa.json");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_str_eq(p.line.options.output, "a.json");
    parse(&p, "export -vo b.json");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_str_eq(p.line.options.output, "b.json");
    cr_assert(p.line.options.verbose);
}

Test(options, two_dashes_end_them_and_one_is_a_word)
{
    struct parsed p;
    parse(&p, "ingest - -- --odd -v");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_eq(p.line.word_count, 3);
    cr_assert_str_eq(p.line.words[0], "-");
    cr_assert_str_eq(p.line.words[1], "--odd");
    cr_assert_str_eq(p.line.words[2], "-v");
    cr_assert_not(p.line.options.verbose);
}

Test(options, values_have_kinds)
{
    struct parsed p;
    parse(&p, "query --timeout 90s --limit 7 --format jsonl --wait 2min x");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_eq(p.line.options.timeout_us, 90 * TIME_US_SECOND);
    cr_assert_eq(p.line.options.wait_us, 2 * TIME_US_MINUTE);
    cr_assert_eq(p.line.options.limit, 7);
    cr_assert_eq(p.line.options.format, FORMAT_JSONL);
}

Test(options, defaults_say_not_given)
{
    struct parsed p;
    parse(&p, "alerts");
    cr_assert(p.ok);
    cr_assert_eq(p.line.options.limit, -1);
    cr_assert_eq(p.line.options.severity, -1);
    cr_assert_eq(p.line.options.fail_on, -1);
    cr_assert_eq(p.line.options.max_rejects, -1);
    cr_assert_str_eq(p.line.action->name, "list");
}

Test(options, an_action_is_no_argument)
{
    struct parsed p;
    parse(&p, "alerts --lang ja show abcd");
    cr_assert(p.ok, "%s", p.err.text);
    cr_assert_str_eq(p.line.action->name, "show");
    cr_assert_eq(p.line.word_count, 1);
    cr_assert_str_eq(p.line.words[0], "abcd");
    cr_assert_eq(p.line.options.lang, LANG_JA);
}

Test(options, the_nearest_word_is_named)
{
    refused("ingst x", "there is no command 'ingst'; did you mean 'ingest'?");
    refused("alerts --fromat json", "there is no option '--fromat'; did you mean '--format'?");
    refused("--fromat json alerts", "there is no option '--fromat'; did you mean '--format'?");
    refused("alerts shwo abcd", "there is no 'alerts shwo'; did you mean 'alerts show'?");
    refused("export --format jsno", "--format cannot be 'jsno'; did you mean 'jsonl'?");
}

Test(options, what_is_near_nothing_gets_a_way_on)
{
    refused("frobnicate", "there is no command 'frobnicate'; see 'tocsin --help'");
    refused("status --xyzzy", "there is no option '--xyzzy'; see 'tocsin status --help'");
    refused("status -x", "there is no option '-x'; see 'tocsin status --help'");
    refused("alerts 12345678",
        "there is no 'alerts 12345678'; use 'alerts list' or 'alerts show' or 'alerts explain' or 'alerts set'");
    refused("", "no command was given; see 'tocsin --help'");
}

Test(options, of_another_command_or_action_say_where_they_belong)
{
    refused("ingest --since 1h x",
        "--since goes with 'alerts' or 'export' or 'baseline', not with 'ingest'");
    refused(
        "alerts show --limit 3 abcd", "--limit goes with 'alerts list', not with 'alerts show'");
}

Test(options, too_few_and_too_many_arguments_are_told)
{
    refused("ingest", "'ingest' needs PATH…");
    refused("alerts show", "'alerts show' needs ID");
    refused("query a b", "'query' takes no argument 'b'");
}

Test(options, values_are_checked)
{
    refused("run --db", "--db needs a value: FILE");
    refused("run --quiet=yes", "--quiet takes no value");
    refused("alerts --limit x", "--limit cannot be 'x'; give a whole number");
    refused("alerts --limit -1", "--limit cannot be '-1'; give a whole number");
    refused(
        "run --wait soon", "--wait cannot be 'soon'; give a duration such as 90s, 30m, 24h or 7d");
    refused(
        "run --fail-on bad", "--fail-on cannot be 'bad'; give informational, low, medium or high");
}

Test(options, help_works_on_an_unfinished_line)
{
    struct parsed p;
    parse(&p, "ingest --help");
    cr_assert(p.ok && p.line.options.help && p.line.command == &command_ingest);
    parse(&p, "help export");
    cr_assert(p.ok && p.line.options.help && p.line.command == &command_export);
    parse(&p, "help");
    cr_assert(p.ok && p.line.options.help && !p.line.command);
    parse(&p, "--version");
    cr_assert(p.ok && p.line.options.version);
}

Test(options, every_command_explains_itself)
{
    for (const struct command *const *c = commands; *c; c++) {
        struct buf help = {0};
        commands_help(*c, &help);
        cr_assert_not(help.failed);
        cr_assert(strstr(help.text, "\nexample\n  "), "%s has no example", (*c)->name);
        cr_assert(strstr(help.text, "usage: tocsin "), "%s has no usage", (*c)->name);
        buf_done(&help);
    }
}

Test(options, nearest_word_counts_a_swap_once)
{
    struct nearest near = {.word = "lsit"};
    nearest_offer(&near, "show");
    nearest_offer(&near, "list");
    cr_assert_str_eq(nearest_word(&near), "list");
    cr_assert_eq(near.distance, 1);
    struct nearest begun = {.word = "exp"};
    nearest_offer(&begun, "set");
    nearest_offer(&begun, "export");
    cr_assert_str_eq(nearest_word(&begun), "export");

    struct nearest far = {.word = "lsit"};
    nearest_offer(&far, "export");
    cr_assert_null(nearest_word(&far));
}
