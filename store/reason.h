/* Why a line of a log became no record. The store counts and keeps lines under these codes; the
 * parsers give them. The view `sources` names them in the same words. */
#pragma once

/* Why a line was rejected. Order is stored: append only. */
enum reject {
    REJECT_NONE = 0,
    REJECT_NOT_JSON,  /* malformed, cut or pretty-printed JSON */
    REJECT_COLUMNS,   /* fewer columns than the header names (a cut line) */
    REJECT_NO_HEADER, /* data before any header, of no known shape */
    REJECT_TIME,      /* missing or unreadable time */
    REJECT_ADDRESS,   /* missing or unreadable address */
    REJECT_PORT,      /* not a number, or over 65535 */
    REJECT_NUMBER,    /* a count that is no number */
    REJECT_TOO_LONG,  /* over LINE_MAX_BYTES */
    REJECT_TOO_DEEP,  /* nested deeper than JSON_MAX_DEPTH */
    REJECT_BINARY,    /* NUL bytes inside the record */
    REJECT_NO_MEMORY,
    REJECTS
};
extern const char *const reject_names[REJECTS]; /* short English phrases, for status and messages */

/* Why a line was ignored, for honest accounting. Order is stored: append only. */
enum ignore {
    IGNORE_NONE = 0,
    IGNORE_HEADER,      /* #-lines, hashless headers, blank lines */
    IGNORE_OTHER_LOG,   /* a Zeek log that is not kept */
    IGNORE_OTHER_EVENT, /* an EVE event type that is not kept, and not named below */
    IGNORE_OPEN_CONN,   /* a connection that still goes on: its end brings the whole record */
    IGNORE_NO_LOGIN,    /* a command, a query, a step of a handshake: nothing of a login's end */
    IGNORE_NO_NAME,    /* a lookup, a TLS or HTTP record that names nobody and has no fingerprint */
    IGNORE_NO_ADDRESS, /* a Zeek notice about no address */
    IGNORE_NETFLOW,    /* EVE netflow: one direction of what a flow event tells whole */
    IGNORE_ANOMALY,    /* EVE anomaly */
    IGNORE_STATS,      /* EVE stats without figures of the capture */
    IGNORES
};
extern const char *const ignore_names[IGNORES]; /* short English phrases, as reject_names */
