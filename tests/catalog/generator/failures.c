/* Logins that the log says were refused: FTP, MySQL, PostgreSQL. */
#include "tests/catalog/generator/fixture.h"

/* Tries of one client at one server, evenly over a span, so many to a connection. */
struct guessing {
    enum sensor_kind kind;
    enum shape_id shape;
    const char *header;
    /* one refused try, as a line */
    void (*write)(struct log_file *log, const struct connection *c, int64_t t_us);
    int tries, each;
    int64_t span_us;
    int64_t start_us; /* 0: no hour's edge is near */
    bool with_flows;  /* the connections stand in the same file */
};

static void emit_guessing(const struct guessing *g, const char *name, const char *holds)
{
    struct segment s;
    struct connection c = {0};
    segment_init(&s, g->kind, (uint64_t)g->tries * 7 + (uint64_t)g->each);
    s.conn.header = g->header;
    for (int i = 0; i < g->tries; i++) {
        int64_t t_us = (g->start_us ? g->start_us : ODD) + g->span_us * i / (g->tries - 1);
        if (i % g->each == 0) {
            c = shape_connection(&s, g->shape, t_us, "198.51.100.20", "10.0.0.10");
            if (g->with_flows)
                segment_connection(&s, &c);
        }
        g->write(&s.conn, &c, t_us);
    }
    emit(&s, &s.conn, name, "%d refused logins, %d to a connection, %s", g->tries, g->each, holds);
}

/* Exactly enough, one too few, and enough over exactly the window: 10 in 5 min. */
static void emit_failures(struct guessing g, const char *suffix, const char *log)
{
    char name[64], holds[128];
    g.tries = 10;
    g.span_us = 5 * MINUTE - 1;
    snprintf(holds, sizeof holds, "%s, first to last 5 min less 1 µs", log);
    snprintf(name, sizeof name, "fires-failures%s.log", suffix);
    emit_guessing(&g, name, holds);
    g.tries = 9;
    snprintf(name, sizeof name, "quiet-failures%s.log", suffix);
    emit_guessing(&g, name, holds);
    g.tries = 10;
    g.span_us = 5 * MINUTE;
    snprintf(holds, sizeof holds, "%s, first to last exactly 5 min", log);
    snprintf(name, sizeof name, "quiet-failures%s-edge.log", suffix);
    emit_guessing(&g, name, holds);
    g.start_us = TEN - 2 * MINUTE;
    g.span_us = 4 * MINUTE;
    snprintf(holds, sizeof holds, "%s, half of them before 10:00, half after", log);
    snprintf(name, sizeof name, "fires-failures%s-hour-edge.log", suffix);
    emit_guessing(&g, name, holds);
}

void failures_ftp(void)
{
    emit_failures(
        (struct guessing){SENSOR_TSV, FTP_ATTEMPT, tries_ftp_header, tries_ftp, 0, 3, 0, 0, false},
        "", "in ftp.log alone");
    emit_failures((struct guessing){SENSOR_EVE, FTP_ATTEMPT, NULL, tries_ftp_eve, 0, 1, 0, 0, true},
        "-eve", "EVE, beside its flow");
    struct guessing slower = {
        SENSOR_EVE, FTP_ATTEMPT, NULL, tries_ftp_eve, 20, 2, 15 * MINUTE - 1, 0, true};
    emit_guessing(&slower, "fires-fast-tries.log",
        "EVE with the flows, first to last 15 min less 1 µs: a try counts, its connection does not");
    slower.tries = 19;
    emit_guessing(&slower, "quiet-fast-tries.log",
        "EVE with the flows, first to last 15 min less 1 µs: a try counts, its connection does not");
}

void failures_sql(void)
{
    emit_failures((struct guessing){SENSOR_TSV, MYSQL_ATTEMPT, tries_mysql_header, tries_mysql, 0,
                      1, 0, 0, false},
        "", "in mysql.log alone");
    emit_failures((struct guessing){SENSOR_JSON, POSTGRESQL_ATTEMPT, NULL, tries_postgresql, 0, 1,
                      0, 0, true},
        "-postgresql", "in postgresql.log, beside conn.log's rows");
}
