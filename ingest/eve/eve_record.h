/* Records from the values of one EVE event. */
#pragma once

#include "ingest/json.h"
#include "store/record.h"

#include <stdbool.h>

enum eve_field {
    EVE_TIMESTAMP,
    EVE_FLOW_ID,
    EVE_TYPE,
    EVE_SRC_IP,
    EVE_SRC_PORT,
    EVE_DEST_IP,
    EVE_DEST_PORT,
    EVE_PROTO,
    EVE_ICMP_TYPE,
    EVE_ICMP_CODE,
    EVE_APP_PROTO,
    EVE_DIRECTION,
    EVE_PKTS_TS,
    EVE_PKTS_TC,
    EVE_BYTES_TS,
    EVE_BYTES_TC,
    EVE_START,
    EVE_END,
    EVE_AGE,
    EVE_STATE,
    EVE_FLOW_SRC_IP,
    EVE_FLOW_SRC_PORT,
    EVE_FLOW_DEST_IP,
    EVE_FLOW_DEST_PORT,
    EVE_FLAGS_TS,
    EVE_FLAGS_TC,
    EVE_TCP_STATE,
    EVE_ACTION,
    EVE_GID,
    EVE_SID,
    EVE_REV,
    EVE_SIGNATURE,
    EVE_CATEGORY,
    EVE_SEVERITY,
    EVE_SSH_CLIENT,
    EVE_RDP_EVENT,
    EVE_RDP_COOKIE,
    EVE_RDP_BUILD,
    EVE_FTP_COMMAND,
    EVE_FTP_CODE,
    EVE_MYSQL_COMMAND,
    EVE_PGSQL_QUERY,
    EVE_PGSQL_USER,
    EVE_PGSQL_MESSAGE,
    EVE_PGSQL_CODE,
    EVE_DNS_TYPE,
    EVE_DNS_NAME,
    EVE_DNS_RCODE,
    EVE_DNS_ADDRESS,
    EVE_TLS_SNI,
    EVE_TLS_JA3,
    EVE_TLS_JA3S,
    EVE_TLS_JA4,
    EVE_TLS_CERTIFICATE,
    EVE_HTTP_HOST,
    EVE_FLOW_REASON,
    EVE_FLOW_EMERGENCY,
    EVE_UPTIME,
    EVE_KERNEL_PACKETS,
    EVE_KERNEL_DROPS,
    EVE_EMERGENCIES,
};

enum eve_type {
    EVE_TYPE_OTHER,
    EVE_TYPE_FLOW,
    EVE_TYPE_ALERT,
    EVE_TYPE_SSH,
    EVE_TYPE_RDP,
    EVE_TYPE_FTP,
    EVE_TYPE_MYSQL,
    EVE_TYPE_PGSQL,
    EVE_TYPE_DNS,
    EVE_TYPE_TLS,
    EVE_TYPE_QUIC,
    EVE_TYPE_HTTP,
    EVE_TYPE_NETFLOW,
    EVE_TYPE_ANOMALY,
    EVE_TYPE_STATS,
    EVE_TYPES
};

/* Each fills a record that batch_add_*() made, or says why it cannot; *ignored: there is nothing in
 * the event that is kept. */
enum reject eve_read_flow(const struct json_line *l, struct arena *text, struct flow *f);
enum reject eve_read_alert(const struct json_line *l, struct signature *s);
/* type: one of the login services. */
enum reject eve_read_login(
    const struct json_line *l, enum eve_type type, struct login *login, enum ignore *ignored);
/* type: EVE_TYPE_DNS, _TLS, _QUIC or _HTTP. */
enum reject eve_read_name(const struct json_line *l, enum eve_type type, struct arena *text,
    struct name_seen *n, enum ignore *ignored);

enum reject eve_read_stats(const struct json_line *l, struct health *h, enum ignore *ignored);

/* What the readers share: the ends as the event names them; the same turned round; true when the
 * event's source is the server, as far as the service's port tells; flow_id as text and number. */
enum reject eve_read_conn(const struct json_line *l, struct conn *conn);
void eve_turn(struct conn *conn);
bool eve_from_server(const struct conn *conn, enum eve_type type);
/* As text; empty where there is none, or 0. *number (NULL: not asked for): as in struct flow. */
struct str eve_flow_id(const struct json_line *l, int64_t *number);
