/* What kinds of connections look like on the wire: one table of sizes, packets and durations. */
#pragma once

#include "sample-logs/generator/writer.h"

enum shape_id {
    REFUSED,     /* a SYN and a reset */
    UNANSWERED,  /* a SYN and nothing */
    KNOCK,       /* a handshake and nothing said: a load balancer asks whether anyone is there */
    SSH_BANNER,  /* both sides say their version, nothing more: a health check, a full server */
    SSH_ATTEMPT, /* keys agreed, a password refused */
    SSH_HANGUP,  /* the same, ended with a reset */
    SSH_COMMAND, /* a login and one short command: as big as an attempt or two */
    SSH_SESSION, /* somebody at work */
    RDP_ATTEMPT,
    RDP_SESSION,
    FTP_ATTEMPT,
    TELNET_ATTEMPT,
    MYSQL_ATTEMPT,
    MSSQL_ATTEMPT,
    POSTGRESQL_ATTEMPT,
    MYSQL_SESSION,
    HTTPS,
    HTTP,
    HTTPS_UPLOAD, /* a backup: gigabytes out, acknowledgements back */
    SMTP,
    IMAPS,
    DNS,
    DNS_UNANSWERED,
    NTP,
    BEACON,      /* a small HTTPS exchange, always the same */
    UDP_PAYLOAD, /* datagrams both ways */
    SSH_BULK,    /* rsync over SSH: files out */
    GIT_FETCH,   /* a list of branches, and what is new */
    MYSQL_SHORT, /* a login and one small query */
    QUIC,
    TORRENT,
    TORRENT_DHT,
    VNC_ATTEMPT,
    ECHO_UNANSWERED, /* ICMP; the type and code stand where ports do */
    SHAPES
};

/* A connection of that shape with a name, an ephemeral client port and the shape's own server
 * port. It is not in any log yet. */
struct connection shape_connection(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server);
/* The same, and into the log of connections. */
struct connection shape_seen(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server);

/* What a login log says of a try that failed, and of one that worked; and that, beside the
 * connection. A service other than SSH and RDP has no such log. */
struct login shape_refusal(struct segment *s, enum shape_id id);
struct login shape_admission(void);
void shape_login_seen(struct segment *s, const struct connection *c, const struct login *login);

/* One try at a login: the connection and what the login log says of it. */
void shape_login_failed(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server);
void shape_login_worked(
    struct segment *s, enum shape_id id, int64_t t_us, const char *client, const char *server);
