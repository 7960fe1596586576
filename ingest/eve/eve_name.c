/* Names and fingerprints from EVE dns (versions 1 to 3), tls, quic and http events. */
#include "ingest/eve/eve_record.h"
#include "ingest/fields.h"
#include "ingest/name_text.h"
#include "ingest/print_text.h"

/* Version 1 writes an event for each record of an answer, 2 lists or groups them, 3 lists the
 * questions, too. */
static bool read_dns(const struct json_line *l, struct arena *text, struct name_seen *n)
{
    struct str type = json_get(l, EVE_DNS_TYPE);
    struct answers answers = {.count = 0};

    n->kind = NAME_DNS;
    n->answered = str_eq(type, STR("answer")) || str_eq(type, STR("response"));
    n->nxdomain = str_eq(json_get(l, EVE_DNS_RCODE), STR("NXDOMAIN"));
    if (l->item_count == 0)
        answers_add(&answers, json_get(l, EVE_DNS_ADDRESS));
    for (size_t i = 0; i < l->item_count; i++)
        if (l->item_field[i] == EVE_DNS_ADDRESS)
            answers_add(&answers, l->items[i]);
    return name_plain(json_get(l, EVE_DNS_NAME), text, &n->name) && answers_keep(&answers, text, n);
}

static bool read_tls(const struct json_line *l, struct arena *text, struct name_seen *n)
{
    struct prints prints = {.len = 0};

    prints_note(&prints, PRINT_JA3, json_get(l, EVE_TLS_JA3));
    prints_note(&prints, PRINT_JA3S, json_get(l, EVE_TLS_JA3S));
    prints_note(&prints, PRINT_JA4, json_get(l, EVE_TLS_JA4));
    prints_note(&prints, PRINT_CERTIFICATE, json_get(l, EVE_TLS_CERTIFICATE));
    return name_plain(json_get(l, EVE_TLS_SNI), text, &n->name) && prints_keep(&prints, text, n);
}

static bool read_name(
    const struct json_line *l, enum eve_type type, struct arena *text, struct name_seen *n)
{
    if (type == EVE_TYPE_DNS)
        return read_dns(l, text, n);
    n->kind = type == EVE_TYPE_HTTP ? NAME_HTTP : NAME_TLS;
    return type == EVE_TYPE_HTTP ? name_host(json_get(l, EVE_HTTP_HOST), text, &n->name)
                                 : read_tls(l, text, n);
}

enum reject eve_read_name(const struct json_line *l, enum eve_type type, struct arena *text,
    struct name_seen *n, enum ignore *ignored)
{
    enum reject reason;

    if (!read_name(l, type, text, n))
        return REJECT_NO_MEMORY;
    if (n->name.len + n->prints.len == 0) {
        *ignored = IGNORE_NO_NAME;
        return REJECT_NONE;
    }
    reason = eve_read_conn(l, &n->conn);
    if (reason != REJECT_NONE)
        return reason;
    if (!field_time(json_get(l, EVE_TIMESTAMP), &n->t_us))
        return REJECT_TIME;
    if (eve_from_server(&n->conn, type))
        eve_turn(&n->conn);
    n->sensor = SENSOR_SURICATA;
    n->uid = eve_flow_id(l, &n->uid_number);
    return REJECT_NONE;
}
