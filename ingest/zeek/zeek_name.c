/* Names and fingerprints from Zeek's dns, ssl, quic and http logs. */
#include "ingest/fields.h"
#include "ingest/flow_shape.h"
#include "ingest/name_text.h"
#include "ingest/print_text.h"
#include "ingest/zeek/zeek_record.h"

static const struct {
    uint8_t kind, proto; /* PROTO_NONE: the row says */
    enum zeek_field field;
} sorts[ZEEK_LOGS] = {
    [ZEEK_DNS] = {NAME_DNS, PROTO_NONE, ZF_QUERY},
    [ZEEK_SSL] = {NAME_TLS, PROTO_TCP, ZF_SERVER_NAME},
    [ZEEK_QUIC] = {NAME_TLS, PROTO_UDP, ZF_SERVER_NAME},
    [ZEEK_HTTP] = {NAME_HTTP, PROTO_TCP, ZF_HOST},
};

static void read_answers(const struct zeek_row *row, struct answers *answers)
{
    struct str rest = row->field[ZF_ANSWERS];

    for (size_t i = 0; i < row->answer_count; i++)
        answers_add(answers, row->answers[i]);
    while (row->answer_count == 0 && rest.len > 0)
        answers_add(answers, str_cut(&rest, row->set_separator));
}

static bool read_dns(const struct zeek_row *row, struct arena *text, struct name_seen *n)
{
    struct str code = row->field[ZF_RCODE], name = row->field[ZF_RCODE_NAME];
    struct answers answers = {.count = 0};

    n->nxdomain = str_eq(name, STR("NXDOMAIN")) || str_eq(code, STR("3"));
    n->answered = code.len > 0 || name.len > 0 || row->field[ZF_ANSWERS].len > 0;
    read_answers(row, &answers);
    return answers_keep(&answers, text, n);
}

/* The server's own certificate comes first in its chain. */
static bool read_prints(const struct zeek_row *row, struct arena *text, struct name_seen *n)
{
    struct prints prints = {.len = 0};
    struct str chain = row->field[ZF_CERTIFICATES];

    prints_note(&prints, PRINT_JA3, row->field[ZF_JA3]);
    prints_note(&prints, PRINT_JA3S, row->field[ZF_JA3S]);
    prints_note(&prints, PRINT_JA4, row->field[ZF_JA4]);
    if (chain.len > 0)
        prints_note(&prints, PRINT_CERTIFICATE, str_cut(&chain, row->set_separator));
    return prints_keep(&prints, text, n);
}

static bool read_name(
    enum zeek_log log, const struct zeek_row *row, struct arena *text, struct name_seen *n)
{
    struct str raw = row->field[sorts[log].field];

    if (log == ZEEK_HTTP)
        return name_host(raw, text, &n->name);
    return name_plain(raw, text, &n->name) &&
           (log == ZEEK_DNS ? read_dns(row, text, n) : read_prints(row, text, n));
}

enum reject zeek_add_name(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored)
{
    struct name_seen *n = batch_add_name(batch);
    enum reject reason;

    if (!n)
        return REJECT_NO_MEMORY;
    reason = zeek_read_conn(row, sorts[log].proto, &n->conn, &n->t_us);
    if (reason == REJECT_NONE && !read_name(log, row, &batch->text, n))
        reason = REJECT_NO_MEMORY;
    if (reason == REJECT_NONE && n->name.len + n->prints.len == 0)
        *ignored = IGNORE_NO_NAME;
    if (reason != REJECT_NONE || *ignored != IGNORE_NONE) {
        batch->name_count--;
        return reason;
    }
    n->kind = sorts[log].kind;
    n->sensor = SENSOR_ZEEK;
    n->uid = row->field[ZF_UID];
    return REJECT_NONE;
}
