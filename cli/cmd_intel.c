/* `tocsin intel`: threat feeds. */
#include "cli/beliefs.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/rows.h"
#include "ingest/feed/feed.h"
#include "store/indicator.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>

static const struct option_spec options[] = {
    {0, "name", "NAME", "what the feed is called (default: its file's name)", OPTION_TEXT,
        offsetof(struct options, name), NULL, "import"},
    {0, "category", "c2|malware|sinkhole|scanner|blocklist|allow",
        "what its entries are (default: what the feed says, else blocklist)", OPTION_TEXT,
        offsetof(struct options, category), NULL, "import"},
    {0, "valid-from", "TIME", "its entries count from then on", OPTION_TEXT,
        offsetof(struct options, valid_from), NULL, "import"},
    {0, "valid-for", "DURATION", "its entries count so long, from --valid-from or now",
        OPTION_DURATION, offsetof(struct options, valid_for_us), NULL, "import"},
    {0, "format", "table|json|jsonl|csv|tsv", "table on a terminal, else tsv", OPTION_WORD,
        offsetof(struct options, format), output_format_words, "list"},
    {0, "no-header", NULL, "no header line", OPTION_FLAG, offsetof(struct options, no_header), NULL,
        "list"},
    {0},
};

/* --- import -------------------------------------------------------------------------------- */

static bool find_category(const char *text, enum indicator_category *category, struct err *err)
{
    struct nearest near = {.word = text};
    for (int i = 1; i < INDICATOR_CATEGORIES; i++) {
        if (str_eq_nocase(str_of(text), str_of(indicator_category_names[i]))) {
            *category = (enum indicator_category)i;
            return true;
        }
        nearest_offer(&near, indicator_category_names[i]);
    }
    const char *best = nearest_word(&near);
    if (best)
        return err_set(err, ERR_USAGE, "--category cannot be '%s'; did you mean '%s'?", text, best);
    return err_set(err, ERR_USAGE,
        "--category cannot be '%s'; give c2, malware, sinkhole, scanner, blocklist or allow", text);
}

static bool import_options(const struct cli *cli, struct feed_options *to, struct err *err)
{
    const struct options *opt = &cli->opt;
    *to = FEED_OPTIONS;
    to->name = opt->name;
    if (opt->name && cli->word_count > 1)
        return err_set(err, ERR_USAGE, "--name names one feed; import the files one at a time");
    if (opt->category && !find_category(opt->category, &to->category, err))
        return false;
    if (opt->valid_from && !cli_time(cli, "--valid-from", opt->valid_from, &to->from_us, err))
        return false;
    if (opt->valid_for_us > 0) {
        to->from_us = opt->valid_from ? to->from_us : cli->now_us;
        to->until_us = opt->valid_for_us > TIME_US_MAX - to->from_us
                           ? TIME_US_MAX
                           : to->from_us + opt->valid_for_us;
    }
    return true;
}

static void add_count(struct buf *out, const char *before, int64_t count, const char *what)
{
    char text[32];
    progress_count(count, text);
    buf_printf(out, "%s%s %s", before, text, what);
}

static void add_left_out(struct buf *out, const struct feed_result *r)
{
    const char *before = "; left out ";
    for (int i = 0; i < FEED_LEFT_OUT; i++) {
        if (r->left_out[i] == 0)
            continue;
        add_count(out, before, r->left_out[i], feed_left_out_names[i]);
        before = ", ";
    }
    before = "; passed over ";
    for (size_t i = 0; i < r->skipped_kinds; i++) {
        add_count(out, before, r->skipped[i].count, r->skipped[i].name);
        before = ", ";
    }
}

static void report_import(
    const struct cli *cli, const struct feed_result *r, const struct feed_change *change)
{
    struct buf text = {0};
    buf_printf(&text, "feed %s (%s): ", r->feed.name, r->feed.format);
    add_count(&text, "", (int64_t)r->feed.list.count,
        r->feed.list.count == 1 ? "indicator" : "indicators");
    add_count(&text, ": ", change->added, "new");
    add_count(&text, ", ", change->kept, "kept");
    add_count(&text, ", ", change->ended, "ended");
    if (r->duplicates > 0)
        add_count(&text, "; ", r->duplicates, "repeated");
    add_left_out(&text, r);
    if (!text.failed)
        cli_note(cli, "%s", text.text);
    buf_done(&text);
    if (r->unsaid && r->feed.list.count > 0)
        cli_note(cli,
            "feed %s: it does not say what it lists: taken for blocklist, which only flags who comes; say "
            "--category c2 or malware for servers that machines of yours should never talk to",
            r->feed.name);
    if (r->rejected > 0)
        cli_warn("feed %s: %" PRId64 " %s could not be read, the first at line %" PRId64 ": %s",
            r->feed.name, r->rejected, r->rejected == 1 ? "entry" : "entries", r->first_reject_line,
            r->first_reject ? r->first_reject : "");
}

struct in_force {
    const char *feed;
    int64_t count;
};

static void count_in_force(void *arg, const struct feed_info *info)
{
    struct in_force *f = arg;
    if (strcmp(info->name, f->feed) == 0)
        f->count = info->active;
}

/* A download that failed leaves such a file: it must not end a feed. */
static bool refuse_empty(
    const struct cli *cli, const char *path, const struct feed *feed, struct err *err)
{
    struct in_force f = {.feed = feed->name};
    struct buf again = {0};
    if (feed->list.count > 0)
        return true;
    if (!store_feed_each(cli->store, cli->now_us, count_in_force, &f, err))
        return false;
    if (f.count == 0)
        return true;
    cli_again(cli, false, &again);
    err_set(err, ERR_DATA,
        "%s: no indicator in it, and %" PRId64 " of feed %s in force: all is left as it is; '%s "
        "intel remove %s' would end them",
        path, f.count, feed->name, again.failed ? "tocsin" : again.text, feed->name);
    buf_done(&again);
    return false;
}

static bool import_one(
    struct cli *cli, const char *path, const struct feed_options *opt, struct err *err)
{
    struct feed_result result;
    struct feed_change change;
    if (!feed_read(path, opt, &result, err))
        return false;
    bool ok = refuse_empty(cli, path, &result.feed, err) &&
              store_feed_import(cli->store, &result.feed, cli->now_us, &change, err);
    if (ok)
        report_import(cli, &result, &change);
    feed_result_done(&result);
    return ok;
}

static void hint_correlate(const struct cli *cli, const char *how)
{
    struct buf again = {0};
    cli_again(cli, true, &again);
    if (!again.failed)
        cli_note(cli, "next: '%s correlate' judges what is stored %s", again.text, how);
    buf_done(&again);
}

static bool import(struct cli *cli, struct err *err)
{
    struct feed_options opt;
    size_t done = 0;
    if (!import_options(cli, &opt, err) || !cli_store(cli, STORE_WRITE, false, err))
        return false;
    for (size_t i = 0; i < cli->word_count; i++) {
        struct err failure = {0};
        if (import_one(cli, cli->words[i], &opt, &failure)) {
            done++;
            continue;
        }
        cli_warn("%s", failure.text);
        cli_status(cli, exit_of(failure.code));
    }
    if (done > 0)
        hint_correlate(cli, "by it");
    return true;
}

/* --- remove -------------------------------------------------------------------------------- */

static bool remove_feed(struct cli *cli, struct err *err)
{
    const char *name = cli->words[0];
    int64_t ended;
    char count[32];
    if (!cli_store(cli, STORE_WRITE, false, err))
        return false;
    if (!store_feed_remove(cli->store, str_of(name), cli->now_us, &ended, err))
        return err_prefix(err, "%s", name);
    progress_count(ended, count);
    cli_note(cli, "feed %s: %s indicator%s ended", name, count, ended == 1 ? "" : "s");
    if (ended > 0)
        hint_correlate(cli, "without them");
    return true;
}

/* --- list ---------------------------------------------------------------------------------- */

#define LIST_COLUMNS (4 + INDICATOR_KINDS + INDICATOR_CATEGORIES) /* category 0 is none */

struct list {
    struct rows *rows;
};

/* What stands in the columns after the first three. */
static int count_columns(const struct feed_info *feed, int64_t *values)
{
    int count = 0;
    values[count++] = feed->active;
    values[count++] = feed->ended;
    for (int i = 0; i < INDICATOR_KINDS; i++)
        values[count++] = feed->by_kind[i];
    for (int i = 1; i < INDICATOR_CATEGORIES; i++)
        values[count++] = feed->by_category[i];
    return count;
}

static void add_feed(void *arg, const struct feed_info *feed)
{
    struct list *l = arg;
    char numbers[LIST_COLUMNS][24], imported[TIME_TEXT_SIZE];
    struct rows_cell cells[LIST_COLUMNS];
    int64_t values[LIST_COLUMNS];
    int count = 0, value_count = count_columns(feed, values);
    time_format_s(feed->imported_us, imported);
    cells[count++] = (struct rows_cell){str_of(feed->name), 't', STYLE_NONE};
    cells[count++] = (struct rows_cell){str_of(feed->format), 't', STYLE_NONE};
    cells[count++] = (struct rows_cell){str_of(imported), 't', STYLE_NONE};
    for (int i = 0; i < value_count; i++, count++) {
        snprintf(numbers[i], sizeof numbers[i], "%" PRId64, values[i]);
        cells[count] = (struct rows_cell){str_of(numbers[i]), 'i', STYLE_NONE};
    }
    rows_add(l->rows, cells);
}

static bool print_list(struct cli *cli, struct output *out, struct err *err)
{
    const char *names[LIST_COLUMNS] = {
        "FEED", "FORMAT", "IMPORTED", "ACTIVE", "ENDED", "NETWORKS", "DOMAINS", "FINGERPRINTS"};
    for (int i = 1; i < INDICATOR_CATEGORIES; i++)
        names[4 + INDICATOR_KINDS + i] = indicator_category_names[i];
    struct list l = {rows_open(
        out, output_format(out, &cli->opt, FORMAT_TSV), !cli->opt.no_header, LIST_COLUMNS, names)};
    if (!l.rows)
        return err_nomem(err);
    bool ok = store_feed_each(cli->store, cli->now_us, add_feed, &l, err);
    ok = rows_close(l.rows, ok ? err : NULL) && ok;
    if (ok && rows_count(l.rows) == 0 && out->terminal)
        cli_note(cli, "no feeds; 'tocsin intel import FILE' brings one in");
    rows_free(l.rows);
    return ok;
}

static bool list(struct cli *cli, struct err *err)
{
    struct output out;
    if (!cli_store(cli, STORE_READ, false, err) || !output_open(&out, NULL, cli->opt.color, err))
        return false;
    return output_finish(&out, print_list(cli, &out, err), err) && beliefs_tell(cli, err);
}

const struct command command_intel = {
    .name = "intel",
    .summary = "threat feeds: bring them in, list them",
    .help =
        "A feed is read in its own format, which is seen from its content, plain or gzip: lists of "
        "addresses, networks and domains, Zeek intel, Suricata iprep and datasets, Spamhaus DROP, "
        "abuse.ch CSV (Feodo Tracker, SSLBL, ThreatFox, URLhaus), MISP events and warning lists, "
        "STIX 2.1 bundles. A warning list allows: what it names matches no other feed.\n\n"
        "Importing a feed again replaces it: entries that are gone end now, and history is kept. "
        "A file without any indicator is refused where it would end all of them. "
        "Entries without dates count for all stored records, whenever they are from. Networks "
        "wider than /8 (IPv4) or /16 (IPv6) and private addresses are left out.",
    .example = "  tocsin intel import --category c2 --name botnets feeds/botnets.txt\n"
               "  tocsin intel list\n"
               "  tocsin intel remove botnets\n",
    .options = options,
    .actions = {{"list", "", "the feeds and how many indicators are in force", 0, 0, list},
        {"import", "FILE…", "bring feeds in, or up to date", 1, -1, import},
        {"remove", "NAME", "end a feed's entries now; their history stays", 1, 1, remove_feed}},
};
