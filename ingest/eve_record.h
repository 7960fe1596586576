/* Records from the values of one EVE event. */
#pragma once

#include "ingest/json.h"
#include "store/record.h"

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
};

enum eve_type { EVE_TYPE_OTHER, EVE_TYPE_FLOW, EVE_TYPE_ALERT, EVE_TYPE_SSH, EVE_TYPE_RDP };

/* Each fills a record that batch_add_*() made, or says why it cannot. */
enum reject eve_read_flow(const struct json_line *l, struct flow *f);
enum reject eve_read_alert(const struct json_line *l, struct signature *s);
/* type: EVE_TYPE_SSH or EVE_TYPE_RDP. */
enum reject eve_read_login(const struct json_line *l, enum eve_type type, struct login *login);
