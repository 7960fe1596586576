/* Writes alerts out and remembers how far that has got.
 *
 * Order, for a crash at any point: the alerts are appended and on the disk first, the mark moves
 * afterwards. So an alert is never lost; a crash between the two writes the alerts of that one run
 * a second time, with the same SystemAlertId and ProcessingEndTime. When appending fails (a full
 * disk), the file is cut back to where it ended, and the mark stays. */
#include "cli/exporting.h"

#include "cli/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_NAME_MAX 256

static void mark_name(const char *name, char text[MARK_NAME_MAX])
{
    snprintf(text, MARK_NAME_MAX, "export.%s", name);
}

bool exporting_mark(struct cli *cli, const char *name, int64_t *number, struct err *err)
{
    char state[MARK_NAME_MAX];
    mark_name(name, state);
    return store_state_get(cli->store, state, 0, number, err);
}

bool exporting_set_mark(struct cli *cli, const char *name, int64_t number, struct err *err)
{
    char state[MARK_NAME_MAX];
    mark_name(name, state);
    if (!store_begin(cli->store, err))
        return false;
    if (store_state_set(cli->store, state, number, err) && store_commit(cli->store, err))
        return true;
    store_rollback(cli->store);
    return false;
}

/* --- to a stream --------------------------------------------------------------------------- */

struct stream {
    const struct exporter *exporter;
    struct export_options options;
    struct output *out;
    struct buf text;
    int64_t count;
};

static bool flush_stream(struct stream *s)
{
    bool ok = !s->text.failed && output_write(s->out, buf_str(&s->text));
    buf_clear(&s->text);
    return ok;
}

static bool stream_alert(void *arg, const struct alert *alert)
{
    struct stream *s = arg;
    s->exporter->alert(&s->text, alert, &s->options);
    s->count++;
    return flush_stream(s);
}

static struct export_options stream_options(const struct cli *cli)
{
    return (struct export_options){
        .lang = (enum lang)cli->opt.lang, .spreadsheet_safe = !cli->opt.no_spreadsheet_safe};
}

bool exporting_stream(struct cli *cli, const struct exporter *exporter,
    const struct alert_filter *filter, struct output *out, int64_t *count, struct err *err)
{
    struct stream s = {.exporter = exporter, .options = stream_options(cli), .out = out};
    struct alert_filter wanted = *filter;
    wanted.evidence = exporter->evidence;
    if (exporter->begin)
        exporter->begin(&s.text, &s.options);
    flush_stream(&s);
    bool ok = store_alert_each(cli->store, &wanted, stream_alert, &s, err);
    if (ok && exporter->end)
        exporter->end(&s.text, &s.options);
    flush_stream(&s);
    if (ok && s.text.failed)
        ok = err_nomem(err);
    buf_done(&s.text);
    if (ok)
        *count = s.count;
    return ok;
}

/* --- appended to a file -------------------------------------------------------------------- */

struct appending {
    const char *path;
    FILE *file;
    off_t size; /* where it ended before; -1: cannot be cut back (a pipe) */
    bool torn;  /* its last line has no end: a crash, or another hand */
};

static bool append_failed(const struct appending *a, enum err_code code, struct err *err)
{
    return err_set(err, code, "cannot append to '%s': %s", a->path, strerror(errno));
}

static bool append_open(struct appending *a, struct err *err)
{
    struct stat st;
    char last = '\n';
    int fd = open(a->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return append_failed(a, ERR_CREATE, err);
    a->file = fdopen(fd, "a+");
    if (!a->file || fstat(fd, &st) != 0) {
        append_failed(a, ERR_IO, err);
        if (!a->file)
            close(fd);
        else
            fclose(a->file);
        a->file = NULL;
        return false;
    }
    a->size = S_ISREG(st.st_mode) ? st.st_size : -1;
    if (a->size > 0 && pread(fd, &last, 1, a->size - 1) != 1)
        last = '\n';
    a->torn = last != '\n';
    return true;
}

static bool append_close(struct appending *a, bool ok, struct err *err)
{
    if (ok && (fflush(a->file) != 0 || (a->size >= 0 && fsync(fileno(a->file)) != 0)))
        ok = append_failed(a, ERR_IO, err);
    /* What stdio still holds must not come after the cut, so the stream goes first. */
    int fd = ok ? -1 : dup(fileno(a->file));
    if (fclose(a->file) != 0 && ok)
        ok = append_failed(a, ERR_IO, err);
    if (fd >= 0) {
        if (a->size >= 0)
            (void)!ftruncate(fd, a->size);
        close(fd);
    }
    return ok;
}

static bool append_alerts(
    struct cli *cli, const struct config_export *to, int64_t after, int64_t *count, struct err *err)
{
    struct appending a = {.path = to->path};
    struct exporter exporter = *to->exporter;
    const struct alert_filter filter = {.after_change = after};
    if (!append_open(&a, err))
        return false;
    if (a.size > 0)
        exporter.begin = NULL; /* the header is there */
    struct output out = {.file = a.file};
    bool ok = true;
    if (a.torn)
        output_write(&out, STR("\n"));
    ok = exporting_stream(cli, &exporter, &filter, &out, count, err);
    if (ok && out.failed) {
        errno = out.failed;
        ok = append_failed(&a, ERR_IO, err);
    }
    return append_close(&a, ok, err);
}

static bool guard_log(const struct cli *cli, const struct config_export *to, struct err *err)
{
    bool ok = guard_logs(cli, to->path, err);
    if (!ok && err->code == ERR_USAGE)
        err->code = ERR_CONFIG; /* here it is the configuration that asks for it */
    return ok;
}

static bool export_one(
    struct cli *cli, const struct config_export *to, int64_t newest, struct err *err)
{
    int64_t mark, count = 0;
    if (!exporting_mark(cli, to->name, &mark, err))
        return false;
    if (mark >= newest)
        return true;
    if (!guard_log(cli, to, err) || !append_alerts(cli, to, mark, &count, err) ||
        !exporting_set_mark(cli, to->name, newest, err))
        return false;
    if (cli->opt.verbose)
        cli_note(cli, "[export %s]: %lld alert%s appended to %s", to->name, (long long)count,
            count == 1 ? "" : "s", to->path);
    return true;
}

bool exporting_configured(struct cli *cli, struct err *err)
{
    int64_t newest;
    if (cli->config->export_count == 0)
        return true;
    if (!store_alert_change(cli->store, &newest, err))
        return false;
    for (size_t i = 0; i < cli->config->export_count; i++) {
        const struct config_export *to = &cli->config->exports[i];
        struct err failure = {0};
        if (export_one(cli, to, newest, &failure))
            continue;
        cli_warn("[export %s]: %s", to->name, failure.text);
        cli_status(cli, exit_of(failure.code));
    }
    return true;
}
