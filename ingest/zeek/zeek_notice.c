/* Zeek's notices and the hits of its intelligence framework: evidence beside the signatures. */
#include "ingest/fields.h"
#include "ingest/zeek/zeek_record.h"

/* A notice may be about a connection, about one or two addresses, or about none. */
static enum reject read_ends(const struct zeek_row *row, struct signature *s, enum ignore *ignored)
{
    struct str src = row->field[ZF_SRC], dst = row->field[ZF_DST], port = row->field[ZF_P];

    if (row->field[ZF_ORIG_H].len > 0) {
        s->client_known = 1;
        return zeek_read_conn(row, 0, &s->conn, &s->t_us);
    }
    if (!field_time(row->field[ZF_TS], &s->t_us))
        return REJECT_TIME;
    if (src.len == 0) {
        *ignored = IGNORE_NO_ADDRESS;
        return REJECT_NONE;
    }
    s->conn.resp = ip_from_v4(0);
    if (!ip_parse(src, &s->conn.orig) || (dst.len > 0 && !ip_parse(dst, &s->conn.resp)))
        return REJECT_ADDRESS;
    s->conn.proto = field_proto(row->field[ZF_PROTO]);
    return port.len == 0 || field_port(port, &s->conn.resp_port) ? REJECT_NONE : REJECT_PORT;
}

/* The parts that are set, a space between. */
static bool join(const struct str *parts, size_t count, struct arena *text, struct str *whole)
{
    size_t len = 0;
    char *to;

    for (size_t i = 0; i < count; i++)
        len += parts[i].len + 1;
    to = arena_alloc(text, len);
    if (!to)
        return false;
    whole->p = to;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len == 0)
            continue;
        if (to > whole->p)
            *to++ = ' ';
        to = (char *)memcpy(to, parts[i].p, parts[i].len) + parts[i].len;
    }
    whole->len = (size_t)(to - whole->p);
    return true;
}

static bool read_words(
    enum zeek_log log, const struct zeek_row *row, struct arena *text, struct signature *s)
{
    const struct str hit[] = {
        row->field[ZF_INDICATOR], row->field[ZF_WHERE], row->field[ZF_SOURCES]};
    const struct str notice[] = {row->field[ZF_MSG], row->field[ZF_SUB]};

    s->sensor = SENSOR_ZEEK;
    s->name = log == ZEEK_INTEL ? STR("Intel::Notice") : row->field[ZF_NOTE];
    s->category = log == ZEEK_INTEL ? STR("Zeek intelligence") : STR("Zeek notice");
    return log == ZEEK_INTEL ? join(hit, 3, text, &s->message) : join(notice, 2, text, &s->message);
}

enum reject zeek_add_notice(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored)
{
    struct signature *s = batch_add_signature(batch);
    enum reject reason;

    if (!s)
        return REJECT_NO_MEMORY;
    reason = read_ends(row, s, ignored);
    if (reason == REJECT_NONE && !read_words(log, row, &batch->text, s))
        reason = REJECT_NO_MEMORY;
    if (reason != REJECT_NONE || *ignored != IGNORE_NONE) {
        batch->signature_count--;
        return reason;
    }
    s->uid = row->field[ZF_UID];
    return REJECT_NONE;
}
