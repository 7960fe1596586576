/* Turns argv into struct options by tables; knows no command by name but "help". */
#include "cli/options.h"

#include "store/alert.h"
#include "util/str.h"
#include "util/timefmt.h"

#include <stdio.h>
#include <string.h>

const char *const output_format_words[] = {"auto", "table", "json", "jsonl", "csv", "tsv", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};
static const char *const lang_words[] = {"en", "ja", NULL};

#define AT(field) offsetof(struct options, field)

const struct option_spec global_options[] = {
    {'c', "config", "FILE", "configuration file", OPTION_TEXT, AT(config), NULL, NULL},
    {0, "db", "FILE", "the database", OPTION_TEXT, AT(db), NULL, NULL},
    {0, "home", "CIDR[,CIDR…]", "home networks, instead of those configured", OPTION_TEXT, AT(home),
        NULL, NULL},
    {0, "now", "TIME", "take this as the present time (replays, tests)", OPTION_TEXT, AT(now), NULL,
        NULL},
    {0, "wait", "DURATION", "wait so long while another run writes (else exit 75)", OPTION_DURATION,
        AT(wait_us), NULL, NULL},
    {0, "lang", "en|ja", "language of alert texts", OPTION_WORD, AT(lang), lang_words, NULL},
    {0, "color", "auto|always|never", "colour on the terminal (NO_COLOR is honoured)", OPTION_WORD,
        AT(color), color_words, NULL},
    {'q', "quiet", NULL, "no notes, only warnings and errors", OPTION_FLAG, AT(quiet), NULL, NULL},
    {'v', "verbose", NULL, "say more", OPTION_FLAG, AT(verbose), NULL, NULL},
    {'h', "help", NULL, "this text", OPTION_FLAG, AT(help), NULL, NULL},
    {'V', "version", NULL, "the program's version", OPTION_FLAG, AT(version), NULL, NULL},
    {0},
};

void options_defaults(struct options *options)
{
    *options = (struct options){.fail_on = -1,
        .max_rejects = -1,
        .severity = -1,
        .limit = -1,
        .list_as = -1,
        .ttl_us = -1,
        .max = -1,
        .min_confidence = -1,
        .lang = LANG_EN};
}

/* --- finding options ----------------------------------------------------------------------- */

/* What stands in argv for one option: "--db", "--db=x", or one letter of "-qv". */
struct given {
    struct str name; /* long form; empty for a letter */
    char letter;
    const char *value; /* behind '=' or in the same word as the letter; NULL */
};

static const struct option_spec *find_in(const struct option_spec *table, const struct given *given)
{
    for (const struct option_spec *o = table; o && o->name; o++) {
        if (given->letter ? o->letter == given->letter : str_eq(given->name, str_of(o->name)))
            return o;
    }
    return NULL;
}

/* Of the command when it is known, else of any command: so an option may stand before it. */
static const struct option_spec *find_option(const struct command *const commands[],
    const struct command *command, const struct given *given)
{
    const struct option_spec *o = find_in(global_options, given);
    if (o || command)
        return o ? o : find_in(command->options, given);
    for (const struct command *const *c = commands; *c && !o; c++)
        o = find_in((*c)->options, given);
    return o;
}

static void given_text(const struct given *given, char text[64])
{
    if (given->letter)
        snprintf(text, 64, "-%c", given->letter);
    else
        snprintf(text, 64, "--%.*s", (int)given->name.len, given->name.p);
}

/* "goes with 'alerts' or 'export'", where other commands take it. */
static bool elsewhere(const struct command *const commands[], const struct command *command,
    const struct given *given, const char *text, struct err *err)
{
    struct buf list = {0};
    for (const struct command *const *c = commands; *c; c++) {
        if (find_in((*c)->options, given))
            buf_printf(&list, "%s'%s'", list.len ? " or " : "", (*c)->name);
    }
    bool found = list.len > 0 && !list.failed;
    if (found)
        err_set(err, ERR_USAGE, "%s goes with %s, not with '%s'", text, list.text, command->name);
    buf_done(&list);
    return found;
}

static void offer_all(struct nearest *near, const struct option_spec *table)
{
    for (const struct option_spec *o = table; o && o->name; o++)
        nearest_offer(near, o->name);
}

static bool unknown_option(const struct command *const commands[], const struct command *command,
    const struct given *given, struct err *err)
{
    char text[64];
    given_text(given, text);
    if (command && elsewhere(commands, command, given, text, err))
        return false;
    struct nearest near = {.word = text + 2};
    offer_all(&near, global_options);
    for (const struct command *const *c = commands; *c; c++) {
        if (!command || *c == command)
            offer_all(&near, (*c)->options);
    }
    const char *best = given->letter ? NULL : nearest_word(&near);
    if (best)
        return err_set(err, ERR_USAGE, "there is no option '%s'; did you mean '--%s'?", text, best);
    return err_set(err, ERR_USAGE, "there is no option '%s'; see 'tocsin %s%s--help'", text,
        command ? command->name : "", command ? " " : "");
}

/* --- values -------------------------------------------------------------------------------- */

static bool bad_value(const struct option_spec *o, const char *value, const char *want,
    const char *meant, struct err *err)
{
    if (meant)
        return err_set(
            err, ERR_USAGE, "--%s cannot be '%s'; did you mean '%s'?", o->name, value, meant);
    return err_set(err, ERR_USAGE, "--%s cannot be '%s'; give %s", o->name, value, want);
}

static bool set_word(const struct option_spec *o, const char *value, int *at, struct err *err)
{
    struct nearest near = {.word = value};
    for (int i = 0; o->words[i]; i++) {
        if (strcmp(o->words[i], value) == 0) {
            *at = i;
            return true;
        }
        nearest_offer(&near, o->words[i]);
    }
    return bad_value(o, value, o->argument, nearest_word(&near), err);
}

static bool set_severity(const struct option_spec *o, const char *value, int *at, struct err *err)
{
    enum severity severity;
    if (!severity_parse(str_of(value), &severity))
        return bad_value(o, value, "informational, low, medium or high", NULL, err);
    *at = (int)severity;
    return true;
}

static bool set_count(const struct option_spec *o, const char *value, int64_t *at, struct err *err)
{
    uint64_t count;
    if (!str_u64(str_of(value), &count) || count > INT64_MAX)
        return bad_value(o, value, "a whole number", NULL, err);
    *at = (int64_t)count;
    return true;
}

static bool set_duration(
    const struct option_spec *o, const char *value, int64_t *at, struct err *err)
{
    int64_t us;
    if (!duration_parse(str_of(value), &us) || us < 0)
        return bad_value(o, value, "a duration such as 90s, 30m, 24h or 7d", NULL, err);
    *at = us;
    return true;
}

static bool set_value(
    const struct option_spec *o, const char *value, struct options *options, struct err *err)
{
    void *at = (char *)options + o->at;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)at = true;
        return true;
    case OPTION_TEXT:
        *(const char **)at = value;
        return true;
    case OPTION_COUNT:
        return set_count(o, value, at, err);
    case OPTION_DURATION:
        return set_duration(o, value, at, err);
    case OPTION_SEVERITY:
        return set_severity(o, value, at, err);
    case OPTION_WORD:
        return set_word(o, value, at, err);
    }
    return err_set(err, ERR_INTERNAL, "--%s has no kind", o->name);
}

/* --- commands and actions ------------------------------------------------------------------ */

static const struct command *find_command(const struct command *const commands[], const char *word)
{
    for (const struct command *const *c = commands; *c; c++) {
        if (strcmp((*c)->name, word) == 0)
            return *c;
    }
    return NULL;
}

static bool unknown_command(
    const struct command *const commands[], const char *word, struct err *err)
{
    struct nearest near = {.word = word};
    for (const struct command *const *c = commands; *c; c++)
        nearest_offer(&near, (*c)->name);
    const char *best = nearest_word(&near);
    if (best)
        return err_set(err, ERR_USAGE, "there is no command '%s'; did you mean '%s'?", word, best);
    return err_set(err, ERR_USAGE, "there is no command '%s'; see 'tocsin --help'", word);
}

static bool unknown_action(const struct command *command, const char *word, struct err *err)
{
    struct buf list = {0};
    struct nearest near = {.word = word};
    for (const struct action *a = command->actions; a->run; a++) {
        nearest_offer(&near, a->name);
        buf_printf(&list, "%s'%s %s'", a == command->actions ? "" : " or ", command->name, a->name);
    }
    const char *best = nearest_word(&near);
    if (best)
        err_set(err, ERR_USAGE, "there is no '%s %s'; did you mean '%s %s'?", command->name, word,
            command->name, best);
    else
        err_set(err, ERR_USAGE, "there is no '%s %s'; use %s", command->name, word,
            list.failed ? "--help" : list.text);
    buf_done(&list);
    return false;
}

/* Takes the action's name off the words, where the command has more than one. */
static bool choose_action(struct command_line *line, struct err *err)
{
    const struct command *command = line->command;
    line->action = &command->actions[0];
    if (!line->action->name || line->word_count == 0)
        return true;
    for (const struct action *a = command->actions; a->run; a++) {
        if (strcmp(a->name, line->words[0]) == 0) {
            line->action = a;
            line->words++;
            line->word_count--;
            return true;
        }
    }
    return unknown_action(command, line->words[0], err);
}

static bool check_words(const struct command_line *line, struct err *err)
{
    const struct action *a = line->action;
    const char *space = a->name ? " " : "", *name = a->name ? a->name : "";
    if (line->word_count < (size_t)a->words_min)
        return err_set(
            err, ERR_USAGE, "'%s%s%s' needs %s", line->command->name, space, name, a->arguments);
    if (a->words_max >= 0 && line->word_count > (size_t)a->words_max)
        return err_set(err, ERR_USAGE, "'%s%s%s' takes no argument '%s'", line->command->name,
            space, name, line->words[a->words_max]);
    return true;
}

/* --- the parser ---------------------------------------------------------------------------- */

struct parsing {
    const struct command *const *commands;
    struct command_line *line;
    char **argv;
    int argc, next; /* next: index of the next word of argv */
    bool store;     /* false while only the command is looked for */
    uint64_t seen;  /* one bit for each row of the command's options that was given */
};

#define COMMAND_OPTIONS_MAX 64 /* bits of parsing.seen */

static void remember(struct parsing *p, const struct option_spec *o)
{
    const struct option_spec *table = p->line->command ? p->line->command->options : NULL;
    for (int i = 0; table && table[i].name && i < COMMAND_OPTIONS_MAX; i++) {
        if (&table[i] == o)
            p->seen |= UINT64_C(1) << i;
    }
}

static bool take_option(struct parsing *p, const struct given *given, struct err *err)
{
    const struct option_spec *o = find_option(p->commands, p->line->command, given);
    const char *value = given->value;
    if (!o)
        return unknown_option(p->commands, p->line->command, given, err);
    if (!o->argument && value)
        return err_set(err, ERR_USAGE, "--%s takes no value", o->name);
    if (o->argument && !value) {
        if (p->next >= p->argc)
            return err_set(err, ERR_USAGE, "--%s needs a value: %s", o->name, o->argument);
        value = p->argv[p->next++];
    }
    if (!p->store)
        return true;
    remember(p, o);
    return set_value(o, value, &p->line->options, err);
}

static bool take_letters(struct parsing *p, const char *letters, struct err *err)
{
    for (const char *c = letters; *c; c++) {
        struct given given = {.letter = *c};
        const struct option_spec *o = find_option(p->commands, p->line->command, &given);
        bool with_value = o && o->argument;
        if (with_value && c[1])
            given.value = c + 1;
        if (!take_option(p, &given, err))
            return false;
        if (with_value)
            break;
    }
    return true;
}

static bool take_long(struct parsing *p, const char *text, struct err *err)
{
    size_t length = strcspn(text, "=");
    struct given given = {.name = {text, length}, .value = text[length] ? text + length + 1 : NULL};
    return take_option(p, &given, err);
}

/* One walk over argv. word() is given each argument and returns false to end the walk. */
static bool walk(struct parsing *p, bool (*word)(struct parsing *p, char *text), struct err *err)
{
    bool only_words = false, ok = true;
    p->next = 1;
    while (ok && p->next < p->argc) {
        char *text = p->argv[p->next++];
        if (only_words || text[0] != '-' || !text[1]) {
            if (!word(p, text))
                return true;
        } else if (strcmp(text, "--") == 0) {
            only_words = true;
        } else if (text[1] == '-') {
            ok = take_long(p, text + 2, err);
        } else {
            ok = take_letters(p, text + 1, err);
        }
    }
    return ok;
}

static bool stop_at_word(struct parsing *p, char *text)
{
    p->line->words = &p->argv[p->next - 1];
    (void)text;
    return false;
}

/* Words move to the front of argv, which has been read that far already. */
static bool keep_word(struct parsing *p, char *text)
{
    p->line->words[p->line->word_count++] = text;
    return true;
}

static void drop_word(struct command_line *line)
{
    line->words++;
    line->word_count--;
}

static bool find_line_command(const struct command *const commands[], const char *word,
    struct command_line *line, struct err *err)
{
    line->command = find_command(commands, word);
    return line->command || unknown_command(commands, word, err);
}

/* Options that one action alone takes, met beside another. */
static bool check_only(const struct parsing *p, struct err *err)
{
    const struct command *command = p->line->command;
    const char *action = p->line->action->name;
    for (int i = 0; command->options && command->options[i].name; i++) {
        const struct option_spec *o = &command->options[i];
        bool given = i < COMMAND_OPTIONS_MAX && (p->seen >> i & 1);
        if (given && o->only && action && strcmp(o->only, action) != 0)
            return err_set(err, ERR_USAGE, "--%s goes with '%s %s', not with '%s %s'", o->name,
                command->name, o->only, command->name, action);
    }
    return true;
}

/* `help`, `help COMMAND`: the same as --help. */
static bool help_words(
    const struct command *const commands[], struct command_line *line, struct err *err)
{
    line->options.help = true;
    drop_word(line);
    return line->word_count == 0 || find_line_command(commands, line->words[0], line, err);
}

bool options_parse(const struct command *const commands[], int argc, char **argv,
    struct command_line *line, struct err *err)
{
    *line = (struct command_line){0};
    options_defaults(&line->options);
    struct parsing p = {.commands = commands, .line = line, .argv = argv, .argc = argc};

    if (!walk(&p, stop_at_word, err))
        return false;
    bool help = line->words && strcmp(line->words[0], "help") == 0;
    if (line->words && !help && !find_line_command(commands, line->words[0], line, err))
        return false;

    p.store = true;
    line->words = argv;
    if (!walk(&p, keep_word, err))
        return false;
    if (help)
        return help_words(commands, line, err);
    if (!line->command)
        return line->options.help || line->options.version ||
               err_set(err, ERR_USAGE, "no command was given; see 'tocsin --help'");
    drop_word(line);
    if (!choose_action(line, err))
        return false;
    return line->options.help || (check_only(&p, err) && check_words(line, err));
}
