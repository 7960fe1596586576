/* One Zeek row as slices by meaning, whether it came as columns or as JSON, and the record made of
 * it. */
#pragma once

#include "ingest/parser.h"
#include "store/record.h"

/* Which log a row belongs to. */
enum zeek_log {
    ZEEK_OTHER = 0,
    ZEEK_CONN,
    ZEEK_SSH,
    ZEEK_RDP,
    ZEEK_FTP,
    ZEEK_MYSQL,
    ZEEK_POSTGRESQL,
    ZEEK_DNS,
    ZEEK_SSL,
    ZEEK_QUIC,
    ZEEK_HTTP,
    ZEEK_NOTICE,
    ZEEK_INTEL,
    ZEEK_CAPTURE_LOSS,
    ZEEK_LOGS
};

enum zeek_field {
    ZF_NONE = 0,
    ZF_TS,
    ZF_UID,
    ZF_ORIG_H,
    ZF_ORIG_P,
    ZF_RESP_H,
    ZF_RESP_P,
    ZF_PROTO,
    ZF_IP_PROTO,
    ZF_SERVICE,
    ZF_DURATION,
    ZF_ORIG_BYTES,
    ZF_RESP_BYTES,
    ZF_CONN_STATE,
    ZF_MISSED_BYTES,
    ZF_HISTORY,
    ZF_ORIG_PKTS,
    ZF_ORIG_IP_BYTES,
    ZF_RESP_PKTS,
    ZF_RESP_IP_BYTES,
    ZF_AUTH_SUCCESS,
    ZF_AUTH_ATTEMPTS,
    ZF_STATUS,
    ZF_CLIENT,
    ZF_CIPHER,
    ZF_DIRECTION,
    ZF_VERSION,
    ZF_COOKIE,
    ZF_SECURITY,
    ZF_RESULT,
    ZF_CLIENT_BUILD,
    ZF_PATH,
    ZF_SRC, /* of a notice, or where columns were renamed */
    ZF_DST,
    ZF_P,
    ZF_USER,
    ZF_COMMAND,
    ZF_REPLY_CODE,
    ZF_CMD,
    ZF_ARG,
    ZF_SUCCESS,
    ZF_FRONTEND,
    ZF_BACKEND,
    ZF_BACKEND_ARG,
    ZF_QUERY,
    ZF_RCODE,
    ZF_RCODE_NAME,
    ZF_ANSWERS,
    ZF_SERVER_NAME,
    ZF_JA3,
    ZF_JA3S,
    ZF_JA4,
    ZF_CERTIFICATES,
    ZF_HOST,
    ZF_METHOD,
    ZF_NOTE,
    ZF_MSG,
    ZF_SUB,
    ZF_INDICATOR,
    ZF_WHERE,
    ZF_SOURCES,
    ZF_TS_DELTA,
    ZF_GAPS,
    ZF_ACKS,
    ZEEK_FIELDS
};

/* The names that a field goes by, the usual one first. */
struct zeek_name {
    const char *name;
    uint8_t field; /* enum zeek_field */
};
extern const struct zeek_name zeek_names[];
extern const size_t zeek_name_count;
_Static_assert(ZEEK_FIELDS <= 64, "sets of fields are 64 bits");

/* The field of a column name; ZF_NONE for one that is not kept. */
enum zeek_field zeek_field_of(struct str name);
/* "conn", "ssh", "dns" …; a log that is not kept is ZEEK_OTHER. */
enum zeek_log zeek_log_of_path(struct str path);
/* By which fields there are, where nothing names the log. `has` is a bit set of enum zeek_field. */
enum zeek_log zeek_log_of_fields(uint64_t has);

#define ZEEK_HAS(field) (UINT64_C(1) << (field))

/* An unset field is empty. Slices must live as long as the batch. */
struct zeek_row {
    struct str field[ZEEK_FIELDS];
    const struct str *answers; /* of ZF_ANSWERS, where they came one by one (JSON) … */
    size_t answer_count;
    char set_separator; /* … else it stands between them */
};

/* Adds the row's record to the batch, or says in *ignored why there is none to add; on failure says
 * why and adds nothing. */
enum reject zeek_row_record(
    enum zeek_log log, const struct zeek_row *row, struct batch *batch, enum ignore *ignored);
