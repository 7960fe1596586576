/* Probe facts, gathered and written in order of their key. */
#include "correlate/facts/probes.h"

#include "store/query.h"
#include "store/rows.h"
#include "util/list.h"
#include "util/order.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define PROBES_MAX 65536
#define PIECES_MAX 1008 /* a week; what a flow carries after that is not counted */
/* Packets or bytes of a piece, since logs can claim anything: times its milliseconds they fit 64 bits, and
 * so do nearly a million of them. */
#define PIECE_COUNT_MAX INT64_C(10000000000000)

/* One row of table `probe`. */
struct probe {
    int64_t own, t, ident, remote, duration, pkts, bytes, flow, pool, scale;
    uint16_t port;
    uint8_t proto, flags, leg, held;
};

/* From the first to the last of some moments of an address; lo > hi: there is none. */
struct probe_span {
    int64_t own, lo, hi;
};

struct probes {
    struct store *store;
    struct probe *list;
    size_t count;
    int64_t added;
    bool hold;
    int64_t *watched; /* addresses with scan findings, ascending: their successes matter as well */
    size_t watched_count;
    struct probe_span *spans;   /* of successes, by watched */
    struct probe_span *written; /* PROBES_MAX: of what is in `list`, by address */
};

#define KEY_COLUMNS 3 /* of them, these are the table's key */

static const struct row_column probe_columns[] = {
    ROW_AT(ROW_I64, probe, own),
    ROW_AT(ROW_I64, probe, t),
    ROW_AT(ROW_I64, probe, ident),
    ROW_AT(ROW_U8, probe, flags),
    ROW_AT(ROW_I64, probe, remote),
    ROW_AT(ROW_U16, probe, port),
    ROW_AT(ROW_U8, probe, proto),
    ROW_AT(ROW_I64, probe, duration),
    ROW_AT(ROW_I64, probe, pkts),
    ROW_AT(ROW_I64, probe, bytes),
    ROW_AT(ROW_I64, probe, flow),
    ROW_AT(ROW_I64, probe, pool),
    ROW_AT(ROW_I64, probe, scale),
    ROW_AT(ROW_U8, probe, held),
};

static const struct row_column span_columns[] = {ROW_AT(ROW_I64, probe_span, own),
    ROW_AT(ROW_I64, probe_span, lo), ROW_AT(ROW_I64, probe_span, hi)};

static const struct row_shape probe_rows = ROW_SHAPE("new_probe", probe, probe_columns);
static const struct row_shape span_rows = ROW_SHAPE("new_probe_span", probe_span, span_columns);

static struct probe_span no_span(int64_t own)
{
    return (struct probe_span){own, INT64_MAX, INT64_MIN};
}

/* ------------------------------------------------------------------ watched addresses */

/* A sweep counts only where most targets failed, so a success may end one: the flows of addresses
 * that have findings without a service, remote or part (scans) are reason to look again; and so are
 * those of addresses that may have a worm. */
static bool load_watched(struct probes *all, struct err *err)
{
    struct query *q = store_query(all->store, "addresses with scans",
        "SELECT own FROM finding WHERE remote = 0 AND service = 0 AND part = 0 "
        "UNION SELECT own FROM suspect ORDER BY own "
        "/* scans finding: spans above a threshold are few beside what they span */");
    size_t cap = 0;
    bool done = true;
    while (done && query_step(q)) {
        done = list_room(&all->watched, all->watched_count, &cap, sizeof *all->watched, err);
        if (done)
            all->watched[all->watched_count++] = query_i(q, 0);
    }
    if (!query_done(q, err) || !done)
        return false;
    all->spans = malloc((all->watched_count + 1) * sizeof *all->spans);
    for (size_t i = 0; all->spans && i < all->watched_count; i++)
        all->spans[i] = no_span(all->watched[i]);
    return all->spans || err_nomem(err);
}

struct probes *probes_new(struct store *s, struct err *err)
{
    struct probes *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->list = malloc(PROBES_MAX * sizeof *all->list);
    all->written = malloc(PROBES_MAX * sizeof *all->written);
    if (((all->list && all->written) || err_nomem(err)) && store_rows_define(s, &probe_rows, err) &&
        store_rows_define(s, &span_rows, err) && load_watched(all, err))
        return all;
    probes_free(all);
    return NULL;
}

void probes_free(struct probes *all)
{
    if (!all)
        return;
    free(all->list);
    free(all->watched);
    free(all->spans);
    free(all->written);
    free(all);
}

static void widen(struct probe_span *span, int64_t lo, int64_t hi)
{
    span->lo = lo < span->lo ? lo : span->lo;
    span->hi = hi > span->hi ? hi : span->hi;
}

static void watch(struct probes *all, int64_t own, int64_t t_us)
{
    const int64_t *at = all->watched_count ? bsearch(&own, all->watched, all->watched_count,
                                                 sizeof *all->watched, order_i64)
                                           : NULL;
    if (!at)
        return;
    widen(&all->spans[at - all->watched], t_us, t_us);
}

void probes_watch(struct probes *all, const struct seen_flow *f, const struct end *own)
{
    watch(all, own->id, f->t_us);
}

bool probes_watching(const struct probes *all)
{
    return all->watched_count > 0;
}

/* ------------------------------------------------------------------ gathering */

void probes_hold(struct probes *all, bool hold)
{
    all->hold = hold;
}

int64_t probes_added(const struct probes *all)
{
    return all->added;
}

static int64_t at_most(int64_t value, int64_t max)
{
    return value < max ? value : max;
}

static bool gather(struct probes *all, const struct probe *p, struct err *err)
{
    if (all->count == PROBES_MAX && !probes_flush(all, err))
        return false;
    struct probe *kept = &all->list[all->count++];
    *kept = *p;
    kept->pkts = at_most(p->pkts, PIECE_COUNT_MAX);
    kept->bytes = at_most(p->bytes, PIECE_COUNT_MAX);
    kept->held = all->hold;
    all->added++;
    return true;
}

size_t probes_pieces_max(int64_t duration_us)
{
    int64_t count = duration_us <= PROBE_PIECE_US ? 1 : (duration_us - 1) / PROBE_PIECE_US + 1;
    return (size_t)(count < PIECES_MAX ? count : PIECES_MAX);
}

/* What of `whole`, spread evenly over `duration`, falls between two moments; pieces that meet add up
 * to the whole exactly. */
static int64_t share(int64_t whole, int64_t from, int64_t to, int64_t duration)
{
    return (int64_t)((__int128)whole * to / duration - (__int128)whole * from / duration);
}

/* A trickle of less than a packet a second cannot be part of a flood: its first piece is enough. */
static bool is_trickle(const struct probe *p)
{
    return p->pkts < p->duration / TIME_US_SECOND;
}

/* The first piece stands for the flow; the others only for its volume. */
static bool gather_pieces(struct probes *all, struct probe whole, struct err *err)
{
    int64_t count = (whole.duration + PROBE_PIECE_US - 1) / PROBE_PIECE_US;
    for (int64_t n = 0; n < count && n < (is_trickle(&whole) ? 1 : PIECES_MAX); n++) {
        struct probe piece = whole;
        int64_t from = n * PROBE_PIECE_US, to = from + PROBE_PIECE_US;
        to = to < whole.duration ? to : whole.duration;
        piece.t = whole.t + from;
        piece.duration = to - from;
        piece.pkts = share(whole.pkts, from, to, whole.duration);
        piece.bytes = share(whole.bytes, from, to, whole.duration);
        if (n > 0)
            piece.flags = PROBE_ONE_WAY;
        if (!gather(all, &piece, err))
            return false;
    }
    return true;
}

bool probes_add_flow(struct probes *all, const struct seen_flow *f, const struct end *own,
    const struct end *remote, bool internal, struct err *err)
{
    unsigned flags = shape_probe(f);
    bool ports = f->proto == PROTO_TCP || f->proto == PROTO_UDP;
    if (!(flags & PROBE_FAILED))
        watch(all, own->id, f->t_us);
    if (!flags)
        return true;
    struct probe p = {
        .own = own->id,
        .t = f->t_us,
        .ident = f->ident,
        .remote = remote->id,
        .port = ports ? f->resp_port : 0,
        .proto = f->proto,
        .flags = (uint8_t)(flags | (internal ? PROBE_INTERNAL : 0)),
        .duration = shape_known(f->duration_us),
        .pkts = shape_times(shape_known(f->orig_pkts), f->scale),
        .bytes = shape_times(
            f->orig_ip_bytes >= 0 ? f->orig_ip_bytes : shape_known(f->orig_bytes), f->scale),
        .flow = f->row,
        .pool = own->resource ? own->resource->group : 0,
        .scale = f->scale,
    };
    if (flags & PROBE_ONE_WAY && p.duration > PROBE_PIECE_US)
        return gather_pieces(all, p, err);
    return gather(all, &p, err);
}

/* ------------------------------------------------------------------ writing */

static bool note_spans(
    struct probes *all, const struct probe_span *spans, size_t count, struct err *err)
{
    return store_rows_do(all->store, &span_rows, spans, count,
        "INSERT INTO changed_probe (own, lo, hi) SELECT own, lo, hi FROM new_probe_span "
        "WHERE lo <= hi "
        "ON CONFLICT DO UPDATE SET lo = min(lo, excluded.lo), hi = max(hi, excluded.hi)",
        err);
}

static bool note_watched(struct probes *all, struct err *err)
{
    bool done = note_spans(all, all->spans, all->watched_count, err);
    for (size_t i = 0; i < all->watched_count; i++)
        all->spans[i] = no_span(all->watched[i]);
    return done;
}

/* Those that were written, which stand in order of our address. */
static bool note_written(struct probes *all, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct probe *p = &all->list[i];
        if (count == 0 || all->written[count - 1].own != p->own)
            all->written[count++] = no_span(p->own);
        if (!p->held)
            widen(&all->written[count - 1], p->t, p->t + p->duration);
    }
    return note_spans(all, all->written, count, err);
}

/* Values in the order of the table's columns: then SQLite takes them as they come. */
#define PROBES(table, pool, scale, which)                                                          \
    "INTO " table " SELECT own, t, ident, flags, 0, remote, port, proto, duration, pkts, "         \
    "bytes, flow, " pool ", " scale " FROM new_probe WHERE " which
#define PUT_PROBES(probes)                                                                         \
    {                                                                                              \
        "INSERT OR IGNORE " probes, "INSERT " probes PROBES_MERGE                                  \
    }

static const struct rows_put put_probes = PUT_PROBES(PROBES("probe", "pool", "scale", "held = 0"));
static const struct rows_put put_plain_probes = PUT_PROBES(PROBES("probe", "0", "1", "true"));
static const struct rows_put put_held_probes =
    PUT_PROBES(PROBES("held_probe", "pool", "scale", "held = 1"));

/* What there is among those that were gathered. */
struct mixture {
    size_t held, counted;
    bool plain; /* no pools, and the sensor sees all: values that need not be fetched for each */
};

static struct mixture look_through(const struct probes *all)
{
    struct mixture m = {.plain = true};
    for (size_t i = 0; i < all->count; i++) {
        const struct probe *p = &all->list[i];
        m.held += p->held;
        m.counted += !p->held;
        m.plain &= p->pool == 0 && p->scale == 1;
    }
    return m;
}

static bool write_probes(struct probes *all, struct err *err)
{
    struct mixture m = look_through(all);
    const struct rows_put *put = !m.held && m.plain ? &put_plain_probes : &put_probes;
    return store_rows_put_some(all->store, "held probes", &put_held_probes, m.held, err) &&
           store_rows_put_some(all->store, "probes", put, m.counted, err);
}

bool probes_flush(struct probes *all, struct err *err)
{
    if (!store_rows_sort(&probe_rows, all->list, all->count, KEY_COLUMNS, err))
        return false;
    store_rows_point(all->store, &probe_rows, all->list, all->count);
    bool done = write_probes(all, err) && note_written(all, err);
    store_rows_point(all->store, &probe_rows, NULL, 0);
    all->count = 0;
    return done && note_watched(all, err);
}
