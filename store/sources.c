/* Which file generations were read, and how far. */
#include "store/sources.h"

#include "store/internal.h"
#include "util/list.h"

#include <stdlib.h>

#define NOTES_PER_REASON 20

bool store_source_save(struct store *s, struct source *source, struct err *err);
bool store_source_notes(struct store *s, const struct source *source,
    const struct reject_note *notes, size_t count, struct err *err);
bool store_source_counts(struct store *s, const struct source *source, struct err *err);

bool store_source_head_lengths(struct store *s, uint32_t **lengths, size_t *count, struct err *err)
{
    uint32_t *list = NULL;
    size_t used = 0, cap = 0;
    bool done = true;
    struct query *q = store_query(s, "head lengths",
        "SELECT DISTINCT head_len FROM source INDEXED BY source_by_head ORDER BY head_len "
        "/* scans source: files are few beside lines */");
    while (done && query_step(q)) {
        done = list_room(&list, used, &cap, sizeof *list, err);
        if (done)
            list[used++] = (uint32_t)query_i(q, 0);
    }
    if (!query_done(q, err) || !done) {
        free(list);
        return false;
    }
    *lengths = list;
    *count = used;
    return true;
}

/* The columns of `source` in the order that read_source() takes them. */
#define SOURCE_COLUMNS                                                                             \
    "id, head_hash, head_len, format, offset, header_offset, lines, stored, ignored, rejected, "   \
    "device, inode, size, mtime_ns, path, tail_len, tail_hash"

static bool read_source(struct store *s, struct query *q, struct source *source)
{
    *source = (struct source){
        .id = query_i(q, 0),
        .head_hash = (uint64_t)query_i(q, 1),
        .head_len = (uint32_t)query_i(q, 2),
        .format = (int)query_i(q, 3),
        .offset = query_i(q, 4),
        .header_offset = query_i(q, 5),
        .lines = query_i(q, 6),
        .stored = query_i(q, 7),
        .ignored = query_i(q, 8),
        .rejected = query_i(q, 9),
        .device = query_i(q, 10),
        .inode = query_i(q, 11),
        .size = query_i(q, 12),
        .mtime_ns = query_i(q, 13),
        .tail_len = (uint32_t)query_i(q, 15),
        .tail_hash = (uint64_t)query_i(q, 16),
    };
    free(s->source_path);
    s->source_path = str_dup(query_s(q, 14));
    source->path = s->source_path;
    return s->source_path != NULL;
}

/* The one row, if there is one; ends the query. */
static bool take_source(
    struct store *s, struct query *q, struct source *source, bool *found, struct err *err)
{
    bool there = query_step(q), memory = !there || read_source(s, q, source);
    if (!query_done(q, err))
        return false;
    if (!memory)
        return err_nomem(err);
    *found = there;
    return true;
}

bool store_source_find(struct store *s, uint32_t head_len, uint64_t head_hash, int64_t below,
    struct source *source, bool *found, struct err *err)
{
    struct query *q = store_query(s, "source by head",
        "SELECT " SOURCE_COLUMNS " FROM source "
        "WHERE head_len = :len AND head_hash = :hash AND id < :below "
        "ORDER BY id DESC LIMIT 1");
    query_bind_i(q, ":below", below);
    query_bind_i(q, ":len", head_len);
    query_bind_i(q, ":hash", (int64_t)head_hash);
    return take_source(s, q, source, found, err);
}

bool store_source_unchanged(struct store *s, int64_t device, int64_t inode, int64_t size,
    int64_t mtime_ns, struct source *source, bool *found, struct err *err)
{
    struct query *q = store_query(s, "source by file",
        "SELECT " SOURCE_COLUMNS " FROM source "
        "WHERE inode = :inode AND device = :device AND size = :size AND mtime_ns = :mtime "
        "ORDER BY id DESC LIMIT 1");
    query_bind_i(q, ":device", device);
    query_bind_i(q, ":inode", inode);
    query_bind_i(q, ":size", size);
    query_bind_i(q, ":mtime", mtime_ns);
    return take_source(s, q, source, found, err);
}

bool store_source_rename(struct store *s, int64_t id, const char *path, struct err *err)
{
    struct query *q =
        store_query(s, "name of a source", "UPDATE source SET path = :path WHERE id = :id");
    query_bind_s(q, ":path", str_of(path));
    query_bind_i(q, ":id", id);
    query_step(q);
    return query_done(q, err);
}

bool store_source_path(
    struct store *s, int64_t device, int64_t inode, struct buf *path, struct err *err)
{
    struct query *q = store_query(s, "path by file",
        "SELECT path FROM source WHERE inode = :inode AND device = :device "
        "ORDER BY id DESC LIMIT 1");
    query_bind_i(q, ":device", device);
    query_bind_i(q, ":inode", inode);
    if (query_step(q))
        buf_add(path, query_s(q, 0));
    return query_done(q, err) && (!path->failed || err_nomem(err));
}

static void bind_source(struct query *q, const struct source *source)
{
    query_bind_s(q, ":path", str_of(source->path ? source->path : ""));
    query_bind_i(q, ":format", source->format);
    query_bind_i(q, ":head_len", source->head_len);
    query_bind_i(q, ":head_hash", (int64_t)source->head_hash);
    query_bind_i(q, ":offset", source->offset);
    query_bind_i(q, ":header", source->header_offset);
    query_bind_i(q, ":lines", source->lines);
    query_bind_i(q, ":stored", source->stored);
    query_bind_i(q, ":ignored", source->ignored);
    query_bind_i(q, ":rejected", source->rejected);
    query_bind_i(q, ":device", source->device);
    query_bind_i(q, ":inode", source->inode);
    query_bind_i(q, ":size", source->size);
    query_bind_i(q, ":mtime", source->mtime_ns);
    query_bind_i(q, ":tail_len", source->tail_len);
    query_bind_i(q, ":tail_hash", (int64_t)source->tail_hash);
}

bool store_source_save(struct store *s, struct source *source, struct err *err)
{
    static const char insert[] =
        "INSERT INTO source (path, format, head_len, head_hash, offset, header_offset, lines, "
        "stored, ignored, rejected, device, inode, size, mtime_ns, tail_len, tail_hash) "
        "VALUES (:path, :format, "
        ":head_len, :head_hash, :offset, :header, :lines, :stored, :ignored, :rejected, :device, "
        ":inode, :size, :mtime, :tail_len, :tail_hash)";
    static const char update[] =
        "UPDATE source SET path = :path, format = :format, head_len = :head_len, "
        "head_hash = :head_hash, offset = :offset, header_offset = :header, lines = :lines, "
        "stored = :stored, ignored = :ignored, rejected = :rejected, device = :device, "
        "inode = :inode, size = :size, mtime_ns = :mtime, tail_len = :tail_len, "
        "tail_hash = :tail_hash WHERE id = :id";
    struct query *q = store_query(s, "source", source->id ? update : insert);
    bind_source(q, source);
    if (source->id)
        query_bind_i(q, ":id", source->id);
    query_step(q);
    if (!query_done(q, err))
        return false;
    if (!source->id)
        source->id = store_last_id(s);
    return true;
}

bool store_source_notes(struct store *s, const struct source *source,
    const struct reject_note *notes, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct query *q = store_query(s, "rejected line",
            "INSERT OR IGNORE INTO reject (source, reason, offset, line, text) "
            "SELECT :source, :reason, :offset, :line, :text WHERE (SELECT count(*) FROM reject "
            "WHERE source = :source AND reason = :reason) < :max");
        query_bind_i(q, ":source", source->id);
        query_bind_i(q, ":reason", notes[i].reason);
        query_bind_i(q, ":offset", notes[i].offset);
        query_bind_i(q, ":line", notes[i].line);
        query_bind_i(q, ":max", NOTES_PER_REASON);
        query_bind_blob(q, ":text", notes[i].text.p, notes[i].text.len);
        query_step(q);
        if (!query_done(q, err))
            return false;
    }
    return true;
}

static bool add_count(
    struct store *s, int64_t source, int rejected, int reason, int64_t lines, struct err *err)
{
    struct query *q = store_query(s, "counts of a source",
        "INSERT INTO source_count (source, rejected, reason, lines) "
        "VALUES (:source, :rejected, :reason, :lines) "
        "ON CONFLICT DO UPDATE SET lines = lines + excluded.lines");
    query_bind_i(q, ":source", source);
    query_bind_i(q, ":rejected", rejected);
    query_bind_i(q, ":reason", reason);
    query_bind_i(q, ":lines", lines);
    query_step(q);
    return query_done(q, err);
}

bool store_source_counts(struct store *s, const struct source *source, struct err *err)
{
    for (int rejected = 0; rejected < 2; rejected++) {
        const int64_t *lines = rejected ? source->rejected_as : source->ignored_as;
        for (int reason = 0; reason < SOURCE_REASONS; reason++)
            if (lines[reason] && !add_count(s, source->id, rejected, reason, lines[reason], err))
                return false;
    }
    return true;
}
