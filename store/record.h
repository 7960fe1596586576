/* What a log line says, in one shape for every sensor. Parsers fill these; store/ keeps them.
 *
 * Every struct str is a slice into the batch's own text (struct batch) and lives as long as the
 * batch. A count that the log does not give is -1, never 0. Nothing here depends on what the
 * home network is: "originator" is who opened the connection, as the sensor saw it. */
#pragma once

#include "util/arena.h"
#include "util/ipaddr.h"
#include "util/str.h"

#include <stdint.h>

enum sensor { SENSOR_ZEEK = 1, SENSOR_SURICATA = 2 };

/* Zeek's conn_state, and for EVE the nearest of them (see ingest/eve/eve.c). Order is stored: append
 * only. */
enum conn_state {
    STATE_UNKNOWN = 0,
    STATE_S0,
    STATE_S1,
    STATE_SF,
    STATE_REJ,
    STATE_S2,
    STATE_S3,
    STATE_RSTO,
    STATE_RSTR,
    STATE_RSTOS0,
    STATE_RSTRH,
    STATE_SH,
    STATE_SHR,
    STATE_OTH,
    STATES
};
extern const char *const conn_state_names[STATES]; /* "-", "S0", "S1", … */

/* How the responder took it. Home-independent and decided by the parser, which alone knows what
 * its sensor can tell. Order is stored. */
enum answer {
    ANSWER_NONE = 0,  /* refused, half open or never answered: a probe */
    ANSWER_EMPTY = 1, /* connected, but payload came from one side at most: a banner, a knock */
    ANSWER_DATA = 2,  /* payload both ways, or, where the log holds nothing but a state, a state
                       * that needs both sides (SF S1 S2 S3 RSTO RSTR) */
};

enum flow_flags {
    FLOW_OPENING_UNSEEN = 1, /* TCP whose first SYN was not seen (history without S, or before h;
                              * EVE tcp_flags_ts without SYN): never a probe */
    FLOW_FLIPPED = 2,        /* history holds '^': the sensor swapped the ends */
    FLOW_BYTES_APPROX = 4,   /* payload reckoned from frame bytes (EVE), +-6 bytes a packet */
    FLOW_NO_BYTES = 8,       /* the log has no payload figures: packet bounds count instead */
    FLOW_STATE_ONLY = 16,    /* neither packets, bytes nor history: only the state is known */
    FLOW_CUT = 64,           /* the sensor ended the record before its time, for want of memory */
    /* set when it is stored (store_mark_flows): */
    FLOW_DULL = 32,  /* it is a visit at most, and no other fact will come of it */
    FLOW_IDLE = 128, /* by where its ends are: no fact at all, nor a visit */
};

/* What may come of a flow, by its marks, but for contacts: they may come of any. Numbers are stored, in
 * table `stretch`; a pass reads those from one use up to another. */
enum flow_use {
    USE_FACTS, /* any fact: it bears no mark */
    USE_VISIT, /* a visit at most: FLOW_DULL */
    USE_NONE,  /* not even that: FLOW_IDLE, dull or not */
    FLOW_USES
};

/* IANA numbers of the protocols that something is known of. */
enum ip_proto {
    PROTO_NONE = 0, /* unknown */
    PROTO_ICMP = 1,
    PROTO_IGMP = 2,
    PROTO_TCP = 6,
    PROTO_UDP = 17,
    PROTO_GRE = 47,
    PROTO_ESP = 50,
    PROTO_AH = 51,
    PROTO_ICMP6 = 58,
    PROTO_SCTP = 132,
};

/* The two ends as the originator's sensor saw them. ICMP: orig_port is the type, resp_port the
 * code. proto is the IANA number (6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6), 0 when unknown. */
struct conn {
    struct ipaddr orig, resp;
    uint16_t orig_port, resp_port;
    uint8_t proto;
};

struct flow {
    struct conn conn;
    int64_t t_us;        /* first packet */
    int64_t duration_us; /* -1 unknown */
    struct str uid;      /* Zeek's uid, or Suricata's flow_id in decimal … */
    int64_t
        uid_number; /* … and where the parser has it, as the number that it is kept as; else 0 */
    struct str service; /* what the sensor detected ("ssh", "ssl,quic"), empty when nothing */
    struct str history; /* Zeek's letters; empty for EVE */
    int64_t orig_bytes, resp_bytes;       /* payload; EVE: reckoned */
    int64_t orig_ip_bytes, resp_ip_bytes; /* with IP headers; EVE: reckoned */
    int64_t orig_pkts, resp_pkts;
    int64_t missed_bytes; /* Zeek: content gaps */
    uint8_t state;        /* enum conn_state */
    uint8_t answer;       /* enum answer */
    uint8_t flags;        /* enum flow_flags */
    uint8_t sensor;       /* enum sensor */
};

/* A record that stands for a login by itself: Zeek ssh.log, rdp.log, ftp.log, mysql.log,
 * postgresql.log; EVE ssh, rdp, ftp, mysql, pgsql. */
struct login {
    struct conn conn; /* orig is the client */
    int64_t t_us;
    struct str uid;
    struct str service; /* "ssh", "rdp", "ftp", "mysql", "postgresql" */
    struct str user;    /* rdp: the cookie; empty when the log has none */
    struct str client;  /* the client's software, as it names itself */
    /* Tries inside this connection, -1 unknown. 0 proves nothing: not every login can be followed. */
    int32_t attempts;
    int8_t success;       /* 1 yes, 0 no, -1 the log does not say */
    uint8_t key_exchange; /* 1: the log shows that keys were agreed (Zeek cipher_alg), else 0;
                           * 1 for rdp.log and EVE records, which stand for logins by themselves */
    uint8_t one_try;      /* 1: one try of perhaps several in its connection, each with a record of
                           * its own (FTP); 0: the record speaks for the whole connection */
    uint8_t sensor;
};

/* A signature that fired: EVE alert. A notice of Zeek, or a hit of its intelligence framework, has
 * gid and sid 0, and resp is unspecified where it names one address only. conn is turned so that
 * orig is the client where the record tells (its flow object or direction), else as in the packet. */
struct signature {
    struct conn conn;
    int64_t t_us;
    struct str uid;
    struct str name, category, action;
    struct str message; /* Zeek: what the notice says of this event */
    uint32_t gid, sid, rev;
    uint8_t severity;     /* Suricata's: 1 is gravest; 0 unknown */
    uint8_t client_known; /* 1: orig is the client; 0: orig is only the packet's source */
    uint8_t answer;       /* enum answer of the flow so far, from the record's flow object */
    uint8_t sensor;
};

/* Where a name was seen. Order is stored: append only. */
enum name_kind { NAME_DNS = 1, NAME_TLS, NAME_HTTP, NAME_KINDS };
extern const char *const name_kind_names[NAME_KINDS]; /* "", "dns", "tls", "http" */

#define NAME_SEEN_MAX    253 /* bytes of a domain name; longer ones are none */
#define NAME_PRINTS_MAX  4   /* fingerprints kept of one connection */
#define NAME_ANSWERS_MAX 16  /* addresses kept of one answer */

/* A name that a client asked for (DNS), or asked a server by (TLS, HTTP): orig is the client. */
struct name_seen {
    struct conn conn;
    int64_t t_us;
    struct str uid;
    int64_t uid_number;           /* as of a flow */
    struct str name;              /* lower case, without a dot at its end; TLS: may be empty */
    struct str prints;            /* TLS: fingerprints, blanks between (ingest/print_text.h) */
    const struct ipaddr *answers; /* DNS: the addresses it was answered with, in the batch's text */
    uint8_t answer_count;
    uint8_t kind;     /* enum name_kind */
    uint8_t answered; /* DNS: 1: the record tells of an answer, 0: of the question alone */
    uint8_t nxdomain; /* DNS: 1: the answer was that there is no such name */
    uint8_t sensor;
};

/* What a sensor says of its own losses: Zeek's capture_loss.log, EVE stats. */
struct health {
    int64_t t_us;     /* when it says so */
    int64_t since_us; /* what it counts begins here */
    /* Packets, or for Zeek acknowledged segments: so many, and so many of them lost. */
    int64_t whole, lost;
    int64_t emergencies; /* times that its flow table was full; -1 unknown */
    uint8_t running; /* 1: counts go on from the sensor's start; 0: each stands for its own time */
    uint8_t sensor;
};

/* The IP bytes of packets with the commonest headers; table `flow` keeps what there is beyond them. Counts
 * may be -1. Unsigned: whatever a log claims, it can be taken off and added again. */
uint64_t record_plain_bytes(uint8_t proto, uint8_t flags, int64_t bytes, int64_t pkts);

/* Facts know a connection by a hash of the sensor's name for it.
 *
 * Of a Zeek uid: every log of a connection carries the same uid. */
uint64_t record_ident_zeek(struct str uid);
/* Of a Suricata flow: its flow_id and the two ends, whichever way round they are written.
 * With flow_id 0 (none), the time takes its place. */
uint64_t record_ident_eve(uint64_t flow_id, const struct conn *conn, int64_t t_us);

#define UID_DIGITS_MAX 18 /* always fits an int64_t */
/* A uid of up to so many digits is kept as the number that it is, in a third of the room. False, and it is
 * kept as text, where the number would read otherwise: none, letters, a sign, more digits, zeros before. */
bool record_uid_number(struct str uid, int64_t *number);

/* The records of one stretch of one source, with the text that their slices point into.
 * Zero-initialise. The arrays grow by doubling and are kept by batch_clear(). */
struct batch {
    struct flow *flows;
    struct login *logins;
    struct signature *signatures;
    struct name_seen *names;
    struct health *healths;
    size_t flow_count, login_count, signature_count, name_count, health_count;
    size_t flow_cap, login_cap, signature_cap, name_cap, health_cap;
    struct arena text; /* for strings that had to be unescaped or copied */
};

/* A zeroed record at the end of its array (counts -1 where -1 means unknown); NULL without memory.
 * Valid until the next batch_add_* of the same kind. */
struct flow *batch_add_flow(struct batch *b);
struct login *batch_add_login(struct batch *b);
struct signature *batch_add_signature(struct batch *b);
struct name_seen *batch_add_name(struct batch *b);
struct health *batch_add_health(struct batch *b);
static inline size_t batch_count(const struct batch *b)
{
    return b->flow_count + b->login_count + b->signature_count + b->name_count + b->health_count;
}
void batch_clear(struct batch *b);
void batch_done(struct batch *b);
