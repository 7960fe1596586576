/* A source that may have been read before: which it is, and on to where reading stopped. */
#include "ingest/resume.h"

#include <sys/stat.h>

bool resume_is_still_there(const struct source *source)
{
    struct stat st;

    return source->path && source->inode && stat(source->path, &st) == 0 &&
           (int64_t)st.st_dev == source->device && (int64_t)st.st_ino == source->inode;
}

/* Feeds the header that begins here to the parser, as far as it was read before: whether more of it
 * follows is seen when reading goes on. */
static bool feed_header(const struct resume *r, int64_t length, struct err *err)
{
    struct batch unused = {0};
    struct str rest;

    if (!reader_peek(r->reader, &rest, err))
        return false;
    if ((int64_t)rest.len > length)
        rest.len = (size_t)length;
    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        if (parser_line(r->parser, line, &unused) != PARSE_IGNORED ||
            parser_ignore(r->parser) != IGNORE_HEADER)
            break;
    }
    batch_done(&unused);
    return true;
}

bool resume_skip(
    const struct resume *r, const struct source *source, bool *reached, struct err *err)
{
    *reached = true;
    if (source->header_offset >= 0 &&
        (!reader_skip(r->reader, source->header_offset, reached, err) ||
            (*reached && !feed_header(r, source->offset - source->header_offset, err))))
        return false;
    return !*reached || reader_skip(r->reader, source->offset, reached, err);
}

/* A file is read from its beginning again: another look at what stands where. */
static bool rewind_source(
    const struct resume *r, const char *path, struct str *head, struct err *err)
{
    const char *why;

    reader_close(r->reader);
    if (!reader_open(r->reader, path, err) || !reader_peek(r->reader, head, err))
        return false;
    parser_detect(r->parser, *head, path, &why);
    return true;
}

/* What stands before the place where reading stopped: what was read there, something else, or, in a
 * source that ends before, nothing. */
enum tail { TAIL_SAME, TAIL_OTHER, TAIL_MISSING };

static bool look_at_tail(
    const struct resume *r, const struct source *known, enum tail *tail, struct err *err)
{
    struct str text;
    bool reached;

    if (!reader_skip(r->reader, known->offset - known->tail_len, &reached, err) ||
        (reached && !reader_peek(r->reader, &text, err)))
        return false;
    if (!reached || text.len < known->tail_len)
        *tail = TAIL_MISSING;
    else
        *tail = str_hash((struct str){text.p, known->tail_len}, STR_HASH_START) == known->tail_hash
                    ? TAIL_SAME
                    : TAIL_OTHER;
    return true;
}

bool resume_find(const struct resume *r, const char *path, struct str head, struct source *known,
    bool *found, struct err *read_error, struct err *err)
{
    struct source candidate = {0}, longer = {0};
    struct str again;
    bool stream = reader_info(r->reader)->stream;
    enum tail tail;

    for (;;) {
        if (!generations_next(r->known, head, &candidate, found, err))
            return false;
        if (!*found || stream || candidate.tail_len == 0)
            break;
        if (!look_at_tail(r, &candidate, &tail, read_error) ||
            !rewind_source(r, path, &again, read_error) || tail == TAIL_SAME)
            break;
        if (tail == TAIL_MISSING && longer.id == 0)
            longer = candidate;
    }
    *known = candidate;
    return *found || longer.id == 0 || /* loaded again: its path was the store's, for a while */
           store_source_find(r->known->store, longer.head_len, longer.head_hash, longer.id + 1,
               known, found, err);
}
