/* The state that commands share. */
#include "cli/cli.h"

#include "cli/guard.h"
#include "cli/home.h"
#include "util/timefmt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * TIME_US_SECOND + ts.tv_nsec / 1000;
}

bool cli_init(struct cli *cli, const struct command_line *line, struct err *err)
{
    *cli = (struct cli){
        .opt = line->options,
        .command = line->command,
        .action = line->action,
        .words = line->words,
        .word_count = line->word_count,
        .now_us = clock_us(),
        .stdout_terminal = isatty(STDOUT_FILENO),
        .stderr_terminal = isatty(STDERR_FILENO),
    };
    return !cli->opt.now || cli_time(cli, "--now", cli->opt.now, &cli->now_us, err);
}

void cli_done(struct cli *cli)
{
    store_close(cli->store);
    config_free(cli->config);
    cli->store = NULL;
    cli->config = NULL;
}

bool cli_config(struct cli *cli, struct err *err)
{
    const struct config_request request = {cli->opt.config, cli->opt.db, cli->opt.home};
    if (!cli->config)
        cli->config = config_load(&request, err);
    return cli->config;
}

bool cli_database_exists(struct cli *cli, struct err *err)
{
    if (!cli_config(cli, err))
        return false;
    struct store *s = store_open(cli->config->db, STORE_READ, 0, err);
    store_close(s);
    return s != NULL;
}

bool cli_store(struct cli *cli, enum store_mode mode, bool home, struct err *err)
{
    if (!cli_config(cli, err))
        return false;
    if (cli->config->db_is_default)
        cli_note(cli, "database: ./%s (--db or a configuration says otherwise)", cli->config->db);
    const char *output = cli->opt.output;
    if (output && !guard_files(cli, output, err))
        return false;
    cli->store = store_open(cli->config->db, mode, cli->opt.wait_us, err);
    return cli->store && (!output || guard_logs(cli, output, err)) &&
           home_settle(cli, mode, home, err);
}

void cli_quote(struct buf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./:,@%+=-";
    if (*word && word[strspn(word, plain)] == '\0') {
        buf_puts(out, word);
        return;
    }
    buf_addc(out, '"');
    for (; *word; word++) {
        if (strchr("\"\\$`", *word))
            buf_addc(out, '\\');
        buf_addc(out, *word);
    }
    buf_addc(out, '"');
}

void cli_again(const struct cli *cli, bool home, struct buf *out)
{
    const struct {
        const char *option, *value;
    } given[] = {{" -c ", cli->opt.config}, {" --db ", cli->opt.db},
        {" --home ", home ? cli->opt.home : NULL}};
    buf_puts(out, "tocsin");
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (!given[i].value)
            continue;
        buf_puts(out, given[i].option);
        cli_quote(out, given[i].value);
    }
}

bool cli_time(
    const struct cli *cli, const char *option, const char *text, int64_t *t_us, struct err *err)
{
    if (time_parse(str_of(text), cli->now_us, t_us))
        return true;
    return err_set(err, ERR_USAGE,
        "%s cannot be '%s'; give a time such as 2024-04-19T08:00:00Z or 2024-04-19, or 24h for a "
        "day ago",
        option, text);
}

/* One fwrite, so that lines of several programs do not mix. */
__attribute__((format(printf, 2, 0))) static void say(
    const char *head, const char *format, va_list args)
{
    char *text = NULL;
    struct buf line = {0};
    if (vasprintf(&text, format, args) < 0)
        return;
    buf_puts(&line, head);
    buf_add_visible(&line, str_of(text));
    buf_addc(&line, '\n');
    if (!line.failed)
        fwrite(line.text, 1, line.len, stderr);
    buf_done(&line);
    free(text);
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list args;
    if (cli->opt.quiet)
        return;
    va_start(args, format);
    say("tocsin: ", format, args);
    va_end(args);
}

void cli_warn(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("tocsin: ", format, args);
    va_end(args);
}

void cli_status(struct cli *cli, enum exit_status status)
{
    cli->status = exit_graver(cli->status, status);
}

bool cli_type(
    const struct cli *cli, const char *code, const struct alert_type **type, struct err *err)
{
    const struct catalog *catalog = cli->config->catalog;
    struct nearest near = {.word = code};
    for (int i = 0; i < catalog->type_count; i++) {
        if (str_eq_nocase(str_of(catalog->types[i].code), str_of(code))) {
            *type = &catalog->types[i];
            return true;
        }
        nearest_offer(&near, catalog->types[i].code);
    }
    const char *best = nearest_word(&near);
    if (best)
        return err_set(
            err, ERR_USAGE, "there is no alert type '%s'; did you mean '%s'?", code, best);
    return err_set(
        err, ERR_USAGE, "there is no alert type '%s'; 'tocsin catalog list' names them", code);
}
