/* Files into the store: finds out what was read before, goes on from there, hands batches over. */
#include "ingest/ingest.h"

#include "ingest/account.h"
#include "ingest/pipeline.h"
#include "ingest/resume.h"
#include "ingest/walk.h"
#include "store/record.h"
#include "store/sources.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is kept together: fewer commits are faster, and what was not committed is read again. */
#define COMMIT_ROWS  65536
#define COMMIT_BYTES (INT64_C(64) << 20)

struct ingest {
    struct store *store;
    const struct ingest_events *events;
    struct ingest_totals *totals;
    struct parser *parser;
    struct reader *reader;
    struct pipeline *pipeline;
    struct generations known;
    int64_t rows, bytes; /* put since the last commit */
    bool uncommitted;
    int64_t missing; /* paths that are not there or cannot be opened */
};

/* One source while it is read. */
struct run {
    const char *path;
    struct source source;
    char head[SOURCE_HEAD_BYTES];
    size_t head_len;
    bool has_rows;      /* a line that is no header was seen: the source has an identity */
    bool told[REJECTS]; /* reasons that were told to the program */
    int64_t bytes;      /* read in this run */
};

/* ------------------------------------------------------------------ events */

static void tell_failed(struct ingest *in, const char *path, const struct err *err)
{
    if (in->events->failed)
        in->events->failed(in->events->arg, path, err);
    if (err->code == ERR_NOINPUT)
        in->missing++;
}

static void tell_missing(void *arg, const char *path, const struct err *why)
{
    tell_failed(arg, path, why);
}

static void tell_foreign(struct ingest *in, const char *path, const char *why)
{
    in->totals->files_foreign++;
    if (in->events->foreign)
        in->events->foreign(in->events->arg, path, why);
}

static void tell_progress(const struct ingest *in, const char *path, const struct piece *piece)
{
    if (in->events->progress)
        in->events->progress(
            in->events->arg, path, piece->raw_bytes, reader_info(in->reader)->size);
}

/* ------------------------------------------------------------------ one source */

/* A second file with the same text, beside the one that was read. */
static bool is_copy(const struct ingest *in, const struct source *source)
{
    const struct reader_info *info = reader_info(in->reader);

    return (info->inode != source->inode || info->device != source->device) &&
           resume_is_still_there(source);
}

static void set_short_cut(const struct ingest *in, struct source *source)
{
    const struct reader_info *info = reader_info(in->reader);

    source->device = info->stream ? 0 : info->device;
    source->inode = info->stream ? 0 : info->inode;
    source->size = info->stream ? -1 : info->size;
    source->mtime_ns = info->stream ? 0 : info->mtime_ns;
}

static bool begin(struct ingest *in, struct err *err)
{
    return in->uncommitted || (in->uncommitted = store_begin(in->store, err));
}

static bool commit(struct ingest *in, struct err *err)
{
    bool due = in->uncommitted;

    in->rows = in->bytes = 0;
    in->uncommitted = false;
    return !due || store_commit(in->store, err);
}

/* A stream may stand still after any piece, so it is kept piece by piece. */
static bool is_commit_due(const struct ingest *in)
{
    return in->rows >= COMMIT_ROWS || in->bytes >= COMMIT_BYTES || reader_info(in->reader)->stream;
}

/* The piece's records (account NULL: none) and how far the source is read now. */
static bool put(struct ingest *in, struct run *run, struct account *account, struct err *err)
{
    static struct batch nothing;
    struct source *source = &run->source;
    struct batch *batch = account ? &account->batch : &nothing;
    bool is_new = source->id == 0;

    source->path = run->path;
    source->stored += (int64_t)batch_count(batch);
    if (!begin(in, err) || !store_put(in->store, source, batch, account ? account->notes : NULL,
                               account ? account->note_count : 0, err))
        return false;
    in->totals->stored += (int64_t)batch_count(batch);
    in->rows += (int64_t)batch_count(batch);
    return (!is_new || generations_add(&in->known, source->head_len, err)) &&
           (!is_commit_due(in) || commit(in, err));
}

/* A source is named by its head as far as it was read the first time. */
static void name_source(struct run *run, int64_t end)
{
    size_t length = run->head_len;

    if (run->source.head_len != 0)
        return;
    if ((int64_t)length > end)
        length = (size_t)end;
    run->source.head_len = (uint32_t)length;
    run->source.head_hash = str_hash((struct str){run->head, length}, STR_HASH_START);
}

static void tell_rejects(struct ingest *in, struct run *run, const struct account *account)
{
    for (int i = 0; i < account->told_count; i++) {
        enum reject reason = account->told[i];
        if (!run->told[reason] && in->events->first_reject)
            in->events->first_reject(
                in->events->arg, run->path, reason, run->source.lines + account->told_line[i]);
        run->told[reason] = true;
    }
}

/* The piece's lines into the books of the source and of the whole run. */
static void add_account(struct ingest *in, struct run *run, struct account *account)
{
    struct source *source = &run->source;
    struct ingest_totals *totals = in->totals;

    tell_rejects(in, run, account);
    for (size_t i = 0; i < account->note_count; i++)
        account->notes[i].line += source->lines;
    for (int i = 0; i < IGNORES; i++) {
        source->ignored += account->ignored[i];
        source->ignored_as[i] += account->ignored[i];
        totals->ignored[i] += account->ignored[i];
    }
    for (int i = 0; i < REJECTS; i++) {
        source->rejected_as[i] += account->rejects[i];
        totals->rejects[i] += account->rejects[i];
    }
    source->lines += account->lines;
    totals->lines += account->lines;
    source->rejected += account->rejected;
    totals->rejected += account->rejected;
    if (account->header_offset >= 0)
        source->header_offset = account->header_offset;
    run->has_rows = run->has_rows || account->has_rows;
}

/* What will be gone on from: the last bytes of the piece; none of a line that was not kept whole. */
static void mark_tail(struct source *source, const struct piece *piece)
{
    struct str text =
        (int64_t)piece->text.len == piece->end - piece->offset ? piece->text : STR("");
    size_t length = text.len < SOURCE_TAIL_BYTES ? text.len : SOURCE_TAIL_BYTES;

    source->tail_len = (uint32_t)length;
    source->tail_hash =
        str_hash((struct str){text.p + (text.len - length), length}, STR_HASH_START);
}

static void take_piece(
    struct ingest *in, struct run *run, const struct piece *piece, struct account *account)
{
    int64_t bytes = piece->end - piece->offset;

    add_account(in, run, account);
    name_source(run, piece->end);
    run->source.offset = piece->end;
    mark_tail(&run->source, piece);
    run->bytes += bytes;
    in->totals->bytes += bytes;
    in->bytes += bytes;
    tell_progress(in, run->path, piece);
}

/* The end was reached: remembers the file as it is, so that it need not be opened again. */
static bool put_end(struct ingest *in, struct run *run, struct account *account, struct err *err)
{
    if (!run->has_rows || (run->bytes == 0 && is_copy(in, &run->source)))
        return true;
    set_short_cut(in, &run->source);
    return put(in, run, account, err);
}

static bool take_pieces(struct ingest *in, struct run *run, struct err *err)
{
    struct err read_error = {0};
    const struct piece *piece;
    struct account *account;
    bool more;

    for (;;) {
        if (!pipeline_next(in->pipeline, &piece, &account, &more, &read_error)) {
            tell_failed(in, run->path, &read_error);
            return true;
        }
        if (!more)
            return put_end(in, run, NULL, err);
        take_piece(in, run, piece, account);
        if (piece->last)
            return put_end(in, run, account, err);
        if (run->has_rows && !put(in, run, account, err))
            return false;
    }
}

/* Reads from where the reader stands to the end. A read error is told and ends this source only. */
static bool read_rest(struct ingest *in, struct run *run, struct err *err)
{
    bool ok;

    pipeline_start(in->pipeline, in->reader, in->parser);
    ok = take_pieces(in, run, err);
    pipeline_stop(in->pipeline);
    return ok;
}

static void begin_run(struct run *run, const char *path, struct str head, enum format format)
{
    *run = (struct run){
        .path = path,
        .source = {.header_offset = -1, .size = -1},
        .head_len = head.len < SOURCE_HEAD_BYTES ? head.len : SOURCE_HEAD_BYTES,
    };
    memcpy(run->head, head.p, run->head_len);
    run->source.format = (int)format;
}

/* A log of ours, from its head on. */
static bool read_log(
    struct ingest *in, const char *path, struct str head, enum format format, struct err *err)
{
    const struct resume from = {in->reader, in->parser, &in->known};
    struct run run;
    struct err read_error = {0};
    struct source known;
    bool found, reached = true;

    begin_run(&run, path, head, format);
    if (!resume_find(
            &from, path, (struct str){run.head, run.head_len}, &known, &found, &read_error, err))
        return false;
    in->totals->files++;
    if (read_error.code) {
        tell_failed(in, path, &read_error);
        return true;
    }
    if (found) {
        run.source = known;
        run.source.format = (int)format;
        run.has_rows = true;
        if (!resume_skip(&from, &known, &reached, &read_error)) {
            tell_failed(in, path, &read_error);
            return true;
        }
    }
    if (reached && !read_rest(in, &run, err))
        return false;
    if (found && run.bytes == 0)
        in->totals->files_unchanged++;
    return true;
}

/* True in *unchanged when the file needs no reading; what was only renamed is listed under its new
 * name from then on, which a second name beside the first is not. */
static bool pass_unchanged(struct ingest *in, const char *path, bool *unchanged, struct err *err)
{
    const struct reader_info *info = reader_info(in->reader);
    struct source known;

    *unchanged = false;
    if (info->stream)
        return true;
    if (!store_source_unchanged(in->store, info->device, info->inode, info->size, info->mtime_ns,
            &known, unchanged, err))
        return false;
    if (!*unchanged || strcmp(path, known.path) == 0 || resume_is_still_there(&known))
        return true;
    return begin(in, err) && store_source_rename(in->store, known.id, path, err);
}

static bool read_open_source(struct ingest *in, const char *path, struct err *err)
{
    struct err read_error = {0};
    enum format format;
    const char *why;
    struct str head;
    bool unchanged;

    if (!pass_unchanged(in, path, &unchanged, err))
        return false;
    if (unchanged) {
        in->totals->files++;
        in->totals->files_unchanged++;
        return true;
    }
    if (!reader_peek(in->reader, &head, &read_error)) {
        tell_failed(in, path, &read_error);
        return true;
    }
    if (head.len == 0) {
        in->totals->files++;
        return true;
    }
    format = parser_detect(in->parser, head, path, &why);
    if (format == FORMAT_UNKNOWN) {
        tell_foreign(in, path, why);
        return true;
    }
    return read_log(in, path, head, format, err);
}

/* A file that was found, and renamed before it could be opened, is found again under its new name. */
static bool is_gone(const char *path)
{
    return access(path, F_OK) != 0 && errno == ENOENT;
}

static bool read_source(void *arg, const char *path, bool named, struct err *err)
{
    struct ingest *in = arg;
    struct err open_error = {0};
    bool ok;

    if (!reader_open(in->reader, path, &open_error)) {
        if (!named && is_gone(path))
            return true;
        tell_failed(in, path, &open_error);
        return true;
    }
    ok = read_open_source(in, path, err);
    reader_close(in->reader);
    return ok;
}

/* Everything, or nothing when the database failed: what was committed before stays. */
static bool read_paths(struct ingest *in, char *const paths[], size_t count, struct err *err)
{
    const struct walk walk = {.arg = in, .visit = read_source, .missing = tell_missing};
    bool ok = generations_load(&in->known, in->store, err);

    for (size_t i = 0; i < count && ok; i++)
        ok = walk_path(paths[i], &walk, err);
    if (ok)
        return commit(in, err);
    if (in->uncommitted)
        store_rollback(in->store);
    return false;
}

bool ingest_paths(struct store *s, char *const paths[], size_t count,
    const struct ingest_events *events, struct ingest_totals *totals, struct err *err)
{
    return ingest_paths_by(s, paths, count, 0, events, totals, err);
}

bool ingest_paths_by(struct store *s, char *const paths[], size_t count, unsigned threads,
    const struct ingest_events *events, struct ingest_totals *totals, struct err *err)
{
    static const struct ingest_events silent;
    struct ingest in = {
        .store = s,
        .events = events ? events : &silent,
        .totals = totals,
        .parser = parser_new(),
        .reader = reader_new(),
        .pipeline = pipeline_new(threads),
    };
    bool ok = false;

    *totals = (struct ingest_totals){0};
    if (!in.parser || !in.reader || !in.pipeline) {
        err_nomem(err);
        goto done;
    }
    ok = read_paths(&in, paths, count, err) &&
         (in.missing == 0 || err_set(err, ERR_NOINPUT, "%lld of the inputs could not be read",
                                 (long long)in.missing));
done:
    pipeline_free(in.pipeline);
    reader_free(in.reader);
    parser_free(in.parser);
    generations_done(&in.known);
    return ok;
}
