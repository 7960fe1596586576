/* Log files as Zeek and Suricata write them, from one description of a connection. Knows the
 * formats and nothing of what the connections mean. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND INT64_C(1000000) /* all times are microseconds since 1970 */
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define ADDRESS_TEXT 46 /* the longest IPv6 address and its NUL */

/* One connection. Bytes are payload; -1 is a count or a duration that the sensor does not have. */
struct connection {
    int64_t t_us, duration_us;
    char client[ADDRESS_TEXT], server[ADDRESS_TEXT];
    int client_port, server_port;
    const char *proto;   /* "tcp" */
    const char *service; /* as Zeek detects it; NULL: nothing detected */
    int64_t client_bytes, server_bytes, client_packets, server_packets;
    const char *state, *history; /* as Zeek says it; the EVE writer translates */
    char uid[19];
    uint64_t flow_id;
};

/* What a sensor's login log says beside the connection itself. */
struct login {
    int success;        /* 1 yes, 0 no, -1 the log does not say */
    int attempts;       /* SSH: guesses the sensor could see */
    const char *client; /* SSH: the client's software */
    const char *cookie; /* RDP: the user's name, cut to nine letters by the protocol */
    bool without_keys;  /* SSH: the sensor saw no key exchange */
};

struct signature {
    uint32_t sid, rev;
    const char *name, *category;
    int severity;
};

/* Rows are added in any order; a file comes out sorted by the moment the sensor would write each. */
struct log_file {
    const char *header; /* NULL: none */
    struct row {
        int64_t written_us;
        size_t order;
        char *text;
    } * rows;
    size_t count, capacity;
};

enum sensor_kind { SENSOR_TSV, SENSOR_JSON, SENSOR_EVE };

/* One sensor at one place in the network. Suricata writes all events into `conn`. */
struct segment {
    enum sensor_kind kind;
    uint64_t random; /* the generator's whole state: same seed, same files */
    struct log_file conn, ssh, rdp;
};

void segment_init(struct segment *s, enum sensor_kind kind, uint64_t seed);
void segment_done(struct segment *s);
/* The next pseudo-random number, and one in low..high, both included. */
uint64_t segment_random(struct segment *s);
int64_t segment_pick(struct segment *s, int64_t low, int64_t high);
/* Gives the connection its Zeek uid and its Suricata flow id. */
void segment_name(struct segment *s, struct connection *c);

void segment_connection(struct segment *s, const struct connection *c);
void segment_ssh(struct segment *s, const struct connection *c, const struct login *login);
void segment_rdp(struct segment *s, const struct connection *c, const struct login *login);
/* These two are Suricata's alone; a Zeek segment keeps silent. */
void segment_alert(struct segment *s, const struct connection *c, const struct signature *alert);
void segment_dns(struct segment *s, const struct connection *c, const char *name);
/* The answer that there is no such name. */
void segment_dns_none(struct segment *s, const struct connection *c, const char *name);

/* Logins in logs of their own, a row for each try: one that is refused, but where the name says
 * otherwise. The two headers are those of Zeek's logs; PostgreSQL's is written as JSON. */
extern const char tries_ftp_header[], tries_mysql_header[];
void tries_ftp(struct log_file *log, const struct connection *c, int64_t t_us);
void tries_ftp_eve(struct log_file *log, const struct connection *c, int64_t t_us);
void tries_mysql(struct log_file *log, const struct connection *c, int64_t t_us);
void tries_mysql_worked(struct log_file *log, const struct connection *c, int64_t t_us);
void tries_postgresql(struct log_file *log, const struct connection *c, int64_t t_us);

/* Writes a file and prints why it could not. A name that ends in .gz is written with gzip. */
bool log_write(struct log_file *f, const char *path);
void log_done(struct log_file *f);

/* Between the two writers. */
struct text {
    char s[2048];
    size_t length;
};
__attribute__((format(printf, 2, 3))) void text_add(struct text *t, const char *format, ...);
void log_add(struct log_file *f, int64_t written_us, const struct text *t);
bool address_is_home(const char *address);
int header_bytes(const struct connection *c, int over_tcp, int over_udp);
void eve_connection(struct segment *s, const struct connection *c);
void eve_ssh(struct segment *s, const struct connection *c, const struct login *login);
void eve_rdp(struct segment *s, const struct connection *c, const struct login *login);
