/* Makes the block list, compares it with the file it replaces, and says what came of it. */
#include "cli/blocklisting.h"

#include "correlate/alerts/blocking.h"
#include "util/timefmt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TTL_MAX_US (365 * TIME_US_DAY)
#define LAST_MAX   (256 << 20) /* bytes of the last list */
#define READ_PIECE 65536

struct job {
    struct cli *cli;
    const struct blocklist_format *format;
    const struct alert_type **types; /* --types; NULL: all */
    size_t type_count;
    struct blocking blocking;
    struct blocklist list;
    struct buf last; /* the list that -o replaces */
    bool has_last;
    struct blocklist_change change;
};

static void job_done(struct job *job)
{
    blocklist_change_done(&job->change);
    blocking_done(&job->blocking);
    buf_done(&job->last);
    free(job->types);
}

/* ------------------------------------------------------------------ what is asked for */

static bool no_accuser(const struct cli *cli, const char *code, struct err *err)
{
    const struct catalog *catalog = cli->config->catalog;
    struct buf list = {0};
    enum accused_by by;
    for (int i = 0; i < catalog->type_count; i++)
        if (blocking_accuses(&catalog->types[i], &by))
            buf_printf(&list, "%s%s", list.len > 0 ? ", " : "", catalog->types[i].code);
    err_set(err, ERR_USAGE, "--types: alerts of %s name nobody to block; these do: %s", code,
        list.failed ? "'tocsin catalog list' names them" : list.text);
    buf_done(&list);
    return false;
}

static bool add_type(struct job *job, struct str word, struct err *err)
{
    enum accused_by by;
    const struct alert_type *type;
    char *code = str_dup(str_trim(word));
    if (!code)
        return err_nomem(err);
    bool ok = cli_type(job->cli, code, &type, err) &&
              (blocking_accuses(type, &by) || no_accuser(job->cli, type->code, err));
    if (ok)
        job->types[job->type_count++] = type;
    free(code);
    return ok;
}

static bool choose_types(struct job *job, struct err *err)
{
    struct str rest = str_of(job->cli->opt.types);
    if (!rest.p)
        return true;
    job->types = calloc(rest.len + 1, sizeof *job->types);
    if (!job->types)
        return err_nomem(err);
    while (rest.p)
        if (!add_type(job, str_cut(&rest, ','), err))
            return false;
    return true;
}

static bool make_list(struct job *job, struct err *err)
{
    const struct cli *cli = job->cli;
    const struct options *opt = &cli->opt;
    struct blocking_request request = {
        .catalog = cli->config->catalog,
        .inventory = cli->config->inventory,
        .types = job->types,
        .type_count = job->type_count,
        .now_us = cli->now_us,
        .ttl_us = opt->ttl_us >= 0 ? opt->ttl_us : BLOCKLISTING_TTL_US,
        .max = opt->max >= 0 ? (size_t)opt->max : BLOCKLISTING_MAX,
        .min_confidence = opt->min_confidence >= 0 ? (int)opt->min_confidence : 0,
    };
    if (!blocking_make(cli->store, &request, &job->blocking, err))
        return false;
    job->list = (struct blocklist){
        job->blocking.entries, job->blocking.count, request.now_us, request.ttl_us};
    return true;
}

static bool check_options(const struct options *opt, struct err *err)
{
    if (opt->ttl_us == 0 || opt->ttl_us > TTL_MAX_US)
        return err_set(err, ERR_USAGE, "--ttl is a time of up to 365d, and not none");
    if (opt->max == 0)
        return err_set(err, ERR_USAGE, "--max is at least 1");
    if (opt->min_confidence > 100)
        return err_set(err, ERR_USAGE, "--min-confidence is a percentage, 0 to 100");
    return true;
}

/* ------------------------------------------------------------------ the last list */

static bool last_failed(const char *path, struct err *err)
{
    return err_set(err, ERR_IO, "cannot read the last list '%s': %s", path, strerror(errno));
}

static bool read_pieces(struct job *job, int fd, struct err *err)
{
    static char piece[READ_PIECE];
    ssize_t n;
    while ((n = read(fd, piece, sizeof piece)) > 0) {
        buf_add(&job->last, (struct str){piece, (size_t)n});
        if (job->last.failed)
            return err_nomem(err);
        if (job->last.len > LAST_MAX)
            return err_set(err, ERR_DATA, "'%s' has more than %d MiB: that is no block list",
                job->cli->opt.output, LAST_MAX >> 20);
    }
    return n == 0 || last_failed(job->cli->opt.output, err);
}

/* None when -o names no file, a new one, or something that is no file: all is added then. */
static bool read_last(struct job *job, struct err *err)
{
    struct stat st;
    const char *path = job->cli->opt.output;
    if (!path || strcmp(path, "-") == 0)
        return true;
    if (stat(path, &st) != 0)
        return errno == ENOENT || last_failed(path, err);
    if (!S_ISREG(st.st_mode))
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return last_failed(path, err);
    bool ok = read_pieces(job, fd, err);
    close(fd);
    job->has_last = ok;
    return ok;
}

/* ------------------------------------------------------------------ what is said */

static void note_list(const struct job *job)
{
    const struct blocklist_change *change = &job->change;
    const char *addresses = job->list.count == 1 ? "address" : "addresses";
    const char *would = job->cli->opt.dry_run ? "would hold " : "";
    if (job->has_last)
        cli_note(job->cli, "block list: %s%zu %s; %zu added, %zu removed, %zu kept", would,
            job->list.count, addresses, change->added_count, change->removed_count,
            change->kept_count);
    else
        cli_note(job->cli, "block list: %s%zu %s", would, job->list.count, addresses);
}

static void note_left_out(const struct job *job)
{
    struct buf text = {0};
    for (int i = 0; i < BLOCK_GUARDS; i++)
        if (job->blocking.guard_counts[i] > 0)
            buf_printf(&text, "%s%zu %s", text.len > 0 ? ", " : "", job->blocking.guard_counts[i],
                block_guard_names[i]);
    if (text.len > 0 && !text.failed)
        cli_note(job->cli, "never listed: %s", text.text);
    buf_done(&text);
    if (job->blocking.over_max > 0)
        cli_note(job->cli, "%zu more are left out, the least grave: --max says how many may stand",
            job->blocking.over_max);
    if (job->blocking.cut)
        cli_warn("more than %d accusations: those of the least grave types were not read",
            BLOCKING_ACCUSATIONS_MAX);
}

/* A guessed password makes an address look like a regular one. */
static bool is_doubtful(const struct block_guarded *g)
{
    return g->guard == BLOCK_FAMILIAR && g->first_login_us >= g->entry.first_us;
}

static void name_guarded(const struct job *job, const struct block_guarded *g)
{
    char ip[IP_TEXT_SIZE];
    struct buf voices = {0};
    ip_format(&g->entry.ip, ip);
    blocklist_voices(&voices, &g->entry);
    if (voices.failed)
        ;
    else if (is_doubtful(g))
        cli_warn("%s is not listed, as it logged in on %lld days, but not once before it was "
                 "accused: is it yours, or has a guess succeeded? (%s)",
            ip, (long long)g->days, voices.text);
    else if (job->cli->opt.verbose || job->cli->opt.dry_run)
        cli_note(
            job->cli, "never listed: %s, %s (%s)", ip, block_guard_names[g->guard], voices.text);
    buf_done(&voices);
}

static void say_all(const struct job *job)
{
    note_list(job);
    note_left_out(job);
    for (size_t i = 0; i < job->blocking.guarded_count; i++)
        name_guarded(job, &job->blocking.guarded[i]);
    if (strcmp(job->format->name, "suricata-iprep") == 0 && job->cli->opt.verbose)
        cli_note(job->cli, "the categories file needs the line %s", BLOCKLIST_IPREP_LINE);
}

/* ------------------------------------------------------------------ what is written */

static void add_added(struct buf *out, const struct block_entry *entry)
{
    char ip[IP_TEXT_SIZE], until[TIME_TEXT_SIZE];
    ip_format(&entry->ip, ip);
    time_format_s(entry->until_us, until);
    buf_printf(out, "+\t%s\t%s\t%s\t%d.%02d\t", ip, until, severity_names[entry->severity],
        entry->confidence / 100, entry->confidence % 100);
    blocklist_voices(out, entry);
    buf_addc(out, '\n');
}

static void add_difference(struct buf *out, const struct job *job)
{
    char ip[IP_TEXT_SIZE];
    for (size_t i = 0; i < job->change.removed_count; i++) {
        ip_format(&job->change.removed[i], ip);
        buf_printf(out, "-\t%s\n", ip);
    }
    for (size_t i = 0; i < job->list.count; i++)
        if (job->change.added[i])
            add_added(out, &job->list.entries[i]);
}

static bool write_out(const struct job *job, struct err *err)
{
    struct output out;
    struct buf text = {0};
    bool dry = job->cli->opt.dry_run;
    if (dry)
        add_difference(&text, job);
    else
        job->format->write(&text, &job->list);
    bool ok = !text.failed || err_nomem(err);
    if (ok && output_open(&out, dry ? NULL : job->cli->opt.output, job->cli->opt.color, err)) {
        output_write(&out, buf_str(&text));
        ok = output_close(&out, err);
    } else {
        ok = false;
    }
    buf_done(&text);
    return ok;
}

bool blocklisting_run(struct cli *cli, const struct blocklist_format *format, struct err *err)
{
    struct job job = {.cli = cli, .format = format};
    bool ok = check_options(&cli->opt, err) && cli_config(cli, err) && choose_types(&job, err) &&
              cli_store(cli, STORE_READ, true, err) && make_list(&job, err) && read_last(&job, err);
    if (ok)
        ok = blocklist_compare(buf_str(&job.last), &job.list, &job.change) || err_nomem(err);
    if (ok)
        ok = write_out(&job, err);
    if (ok)
        say_all(&job);
    job_done(&job);
    return ok;
}
