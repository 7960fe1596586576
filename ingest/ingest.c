/* Files into the store: finds out what was read before, goes on from there, hands batches over. */
#include "ingest/ingest.h"

#include "ingest/generations.h"
#include "ingest/reader.h"
#include "store/record.h"
#include "ingest/walk.h"
#include "store/sources.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NOTES_PER_REASON 20 /* rejected lines of one batch that are shown, for each reason */
#define NOTES_MAX        (NOTES_PER_REASON * REJECTS)
#define NOTE_TEXT_BYTES  512

struct ingest {
    struct store *store;
    const struct ingest_events *events;
    struct ingest_totals *totals;
    struct parser *parser;
    struct reader *reader;
    struct batch batch;
    struct generations known;
    struct reject_note notes[NOTES_MAX];
    size_t note_count;
    unsigned noted[REJECTS]; /* notes of this batch */
    int64_t missing;         /* paths that are not there or cannot be opened */
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

static void tell_progress(const struct ingest *in, const char *path)
{
    if (in->events->progress)
        in->events->progress(
            in->events->arg, path, reader_raw_bytes(in->reader), reader_info(in->reader)->size);
}

/* ------------------------------------------------------------------ lines */

static void note_reject(struct ingest *in, struct run *run, struct str line, int64_t offset)
{
    enum reject reason = parser_reject(in->parser);

    run->source.rejected++;
    run->source.rejected_as[reason]++;
    in->totals->rejected++;
    in->totals->rejects[reason]++;
    if (!run->told[reason] && in->events->first_reject)
        in->events->first_reject(in->events->arg, run->path, reason, run->source.lines);
    run->told[reason] = true;
    if (in->noted[reason] == NOTES_PER_REASON)
        return;
    in->noted[reason]++;
    in->notes[in->note_count++] = (struct reject_note){
        .reason = (int)reason,
        .offset = offset,
        .line = run->source.lines,
        .text = {line.p, line.len < NOTE_TEXT_BYTES ? line.len : NOTE_TEXT_BYTES},
    };
}

static void take_line(struct ingest *in, struct run *run, struct str line, int64_t offset)
{
    enum parse parse = parser_line(in->parser, line, &in->batch);
    enum ignore ignored = parser_ignore(in->parser);

    run->source.lines++;
    in->totals->lines++;
    if (parse == PARSE_IGNORED) {
        run->source.ignored++;
        run->source.ignored_as[ignored]++;
        in->totals->ignored[ignored]++;
    } else if (parse == PARSE_REJECTED) {
        note_reject(in, run, line, offset);
    }
    if (ignored != IGNORE_HEADER)
        run->has_rows = true;
    if (parser_header_began(in->parser))
        run->source.header_offset = offset;
}

static void take_lines(struct ingest *in, struct run *run, const struct piece *piece)
{
    const char *at = piece->text.p, *end = at + piece->text.len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        take_line(
            in, run, (struct str){at, (size_t)(stop - at)}, piece->offset + (at - piece->text.p));
        at = newline ? newline + 1 : end;
    }
}

/* A line that does not fit is known by its beginning alone. */
static void take_overlong(struct ingest *in, struct run *run, const struct piece *piece)
{
    static const char filler[1];

    run->source.lines++;
    in->totals->lines++;
    run->has_rows = true;
    parser_line(in->parser, (struct str){filler, LINE_MAX_BYTES + 1}, &in->batch);
    note_reject(in, run, piece->text, piece->offset);
}

/* True when the line is read as something, and leaves no trace. */
static bool is_readable(struct ingest *in, struct str line)
{
    struct batch *b = &in->batch;
    size_t flows = b->flow_count, logins = b->login_count, signatures = b->signature_count;
    size_t names = b->name_count;
    bool readable = parser_line(in->parser, line, b) != PARSE_REJECTED;

    b->flow_count = flows;
    b->login_count = logins;
    b->signature_count = signatures;
    b->name_count = names;
    return readable;
}

/* Whether a last line without its end may be taken: nothing can be added to it, or it is a whole
 * JSON object, to which only the line end can be added. */
static bool may_take_unended(struct ingest *in, const struct run *run, const struct piece *piece)
{
    const struct reader_info *info = reader_info(in->reader);

    if (info->stream || info->gzip)
        return true;
    return run->source.format != FORMAT_ZEEK_TSV && !piece->overlong &&
           is_readable(in, piece->text);
}

/* ------------------------------------------------------------------ generations */

/* True when the file that the generation was last read from is still there under its name: then a
 * copy of it must not take over the short cut. */
static bool is_still_there(const struct source *source)
{
    struct stat st;

    return source->path && source->inode && stat(source->path, &st) == 0 &&
           (int64_t)st.st_dev == source->device && (int64_t)st.st_ino == source->inode;
}

static void set_short_cut(const struct ingest *in, struct source *source)
{
    const struct reader_info *info = reader_info(in->reader);

    source->device = info->stream ? 0 : info->device;
    source->inode = info->stream ? 0 : info->inode;
    source->size = info->stream ? -1 : info->size;
    source->mtime_ns = info->stream ? 0 : info->mtime_ns;
}

/* Feeds the header that begins here to the parser. */
static bool feed_header(struct ingest *in, struct err *err)
{
    struct str rest;

    if (!reader_peek(in->reader, &rest, err))
        return false;
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');
        if (parser_line(in->parser, line, &in->batch) != PARSE_IGNORED ||
            parser_ignore(in->parser) != IGNORE_HEADER)
            break;
    }
    batch_clear(&in->batch);
    return true;
}

/* On to where reading stopped, with the header that was in force there. *reached false: the source
 * is shorter than what was read. */
static bool resume(struct ingest *in, struct run *run, bool *reached, struct err *err)
{
    const struct source *source = &run->source;

    *reached = true;
    if (source->header_offset >= 0 &&
        (!reader_skip(in->reader, source->header_offset, reached, err) ||
            (*reached && !feed_header(in, err))))
        return false;
    return !*reached || reader_skip(in->reader, source->offset, reached, err);
}

/* ------------------------------------------------------------------ one source */

static bool put(struct ingest *in, struct run *run, struct err *err)
{
    struct source *source = &run->source;
    size_t count = batch_count(&in->batch);
    bool is_new = source->id == 0;

    source->path = run->path;
    source->stored += (int64_t)count;
    if (!store_put(in->store, source, &in->batch, in->notes, in->note_count, err))
        return false;
    in->totals->stored += (int64_t)count;
    batch_clear(&in->batch);
    in->note_count = 0;
    memset(in->noted, 0, sizeof(in->noted));
    return !is_new || generations_add(&in->known, source->head_len, err);
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

/* False: the source's last line must wait for its end. */
static bool take_piece(struct ingest *in, struct run *run, const struct piece *piece)
{
    if (piece->unended && !may_take_unended(in, run, piece))
        return false;
    if (piece->overlong)
        take_overlong(in, run, piece);
    else
        take_lines(in, run, piece);
    run->source.offset = piece->end;
    run->bytes += piece->end - piece->offset;
    in->totals->bytes += piece->end - piece->offset;
    return true;
}

/* The end was reached: remembers the file as it is, so that it need not be opened again. */
static bool put_end(struct ingest *in, struct run *run, struct err *err)
{
    struct source was = run->source;

    if (!run->has_rows || (run->bytes == 0 && is_still_there(&was)))
        return true;
    set_short_cut(in, &run->source);
    return put(in, run, err);
}

/* Reads from where the reader stands to the end. A read error is told and ends this source only. */
static bool read_rest(struct ingest *in, struct run *run, struct err *err)
{
    struct err read_error = {0};
    struct piece piece;
    bool more;

    for (;;) {
        if (!reader_next(in->reader, &piece, &more, &read_error)) {
            tell_failed(in, run->path, &read_error);
            return true;
        }
        if (!more || !take_piece(in, run, &piece))
            return put_end(in, run, err);
        name_source(run, piece.end);
        tell_progress(in, run->path);
        if (piece.last)
            return put_end(in, run, err);
        if (run->has_rows && !put(in, run, err))
            return false;
    }
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
    struct run run;
    struct err read_error = {0};
    struct source known;
    bool found, reached = true;

    begin_run(&run, path, head, format);
    if (!generations_find(&in->known, (struct str){run.head, run.head_len}, &known, &found, err))
        return false;
    in->totals->files++;
    if (found) {
        run.source = known;
        run.source.format = (int)format;
        run.has_rows = true;
        if (!resume(in, &run, &reached, &read_error)) {
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

static bool read_open_source(struct ingest *in, const char *path, struct err *err)
{
    const struct reader_info *info = reader_info(in->reader);
    struct err read_error = {0};
    enum format format;
    const char *why;
    struct str head;
    bool unchanged = false;

    if (!info->stream && !store_source_unchanged(in->store, info->device, info->inode, info->size,
                             info->mtime_ns, &unchanged, err))
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

static bool read_source(void *arg, const char *path, struct err *err)
{
    struct ingest *in = arg;
    struct err open_error = {0};
    bool ok;

    if (!reader_open(in->reader, path, &open_error)) {
        tell_failed(in, path, &open_error);
        return true;
    }
    batch_clear(&in->batch);
    in->note_count = 0;
    memset(in->noted, 0, sizeof(in->noted));
    ok = read_open_source(in, path, err);
    reader_close(in->reader);
    return ok;
}

bool ingest_paths(struct store *s, char *const paths[], size_t count,
    const struct ingest_events *events, struct ingest_totals *totals, struct err *err)
{
    static const struct ingest_events silent;
    struct ingest *in = calloc(1, sizeof(*in));
    const struct walk walk = {.arg = in, .visit = read_source, .missing = tell_missing};
    bool ok = false;

    *totals = (struct ingest_totals){0};
    if (!in)
        return err_nomem(err);
    in->store = s;
    in->events = events ? events : &silent;
    in->totals = totals;
    in->parser = parser_new();
    in->reader = reader_new();
    if (!in->parser || !in->reader) {
        err_nomem(err);
        goto done;
    }
    if (!generations_load(&in->known, s, err))
        goto done;
    for (size_t i = 0; i < count; i++)
        if (!walk_path(paths[i], &walk, err))
            goto done;
    ok = in->missing == 0 ||
         err_set(err, ERR_NOINPUT, "%lld of the inputs could not be read", (long long)in->missing);
done:
    reader_free(in->reader);
    parser_free(in->parser);
    batch_done(&in->batch);
    generations_done(&in->known);
    free(in);
    return ok;
}
