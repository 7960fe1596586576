/* Brute force: each tier at its threshold, and short of it by one. */
#include "tests/catalog/generator/fixture.h"

/* One tier that counts attempts: exactly enough just inside the window; one too few; enough, but
 * exactly a window from first to last. */
struct tier {
    const char *name;
    enum sensor_kind kind;
    enum shape_id shape;
    int attempts, peers; /* peers 0: one, and not what is counted */
    int64_t window_us;
    bool outgoing;
};

static const char *span_text(int64_t us)
{
    static char text[32];
    if (us % DAY == 0)
        snprintf(text, sizeof text, "%d d", (int)(us / DAY));
    else if (us % HOUR == 0)
        snprintf(text, sizeof text, "%d h", (int)(us / HOUR));
    else
        snprintf(text, sizeof text, "%d min", (int)(us / MINUTE));
    return text;
}

static void emit_variant(const struct tier *t, const struct series *p, const char *prefix,
    const char *suffix, const char *how)
{
    char name[128], holds[256], peers[64] = "";
    snprintf(name, sizeof name, "%s-%s%s.log", prefix, t->name, suffix);
    if (t->peers)
        snprintf(peers, sizeof peers, " %s %d addresses", p->outgoing ? "at" : "from", p->peers);
    snprintf(holds, sizeof holds, "%d attempts%s, %s", p->attempts, peers, how);
    emit_series(t->kind, p, name, holds);
}

static void emit_tier(const struct tier *t)
{
    char inside[64], apart[64];
    struct series p = {.shape = t->shape,
        .outgoing = t->outgoing,
        .attempts = t->attempts,
        .peers = t->peers,
        .start_us = ODD,
        .span_us = t->window_us - 1};
    snprintf(inside, sizeof inside, "first to last %s less 1 µs", span_text(t->window_us));
    snprintf(apart, sizeof apart, "first to last exactly %s", span_text(t->window_us));
    emit_variant(t, &p, "fires", "", inside);
    struct series fewer = p;
    fewer.attempts--;
    if (t->peers != t->attempts) /* else a peer would be gone as well */
        emit_variant(t, &fewer, "quiet", t->peers ? "-attempts" : "", inside);
    struct series narrower = p;
    narrower.peers--;
    if (t->peers)
        emit_variant(t, &narrower, "quiet", t->outgoing ? "-targets" : "-sources", inside);
    struct series edge = p;
    edge.span_us = t->window_us;
    emit_variant(t, &edge, "quiet", "-edge", apart);
    if (t->window_us > HOUR)
        return;
    struct series hour = p;
    hour.start_us = TEN - 5 * MINUTE;
    hour.span_us = t->window_us < 10 * MINUTE ? t->window_us - 1 : 10 * MINUTE;
    if (t->window_us < 10 * MINUTE)
        hour.start_us = TEN - t->window_us / 2;
    emit_variant(t, &hour, "fires", "-hour-edge", "half of them before 10:00, half after");
}

static void emit_tiers(const char *type, const char *about, const struct tier *tiers, size_t count)
{
    begin_type(type, about);
    for (size_t i = 0; i < count; i++)
        emit_tier(&tiers[i]);
}
#define EMIT_TIERS(type, about, ...)                                                               \
    emit_tiers(type, about, (const struct tier[]){__VA_ARGS__},                                    \
        sizeof((const struct tier[]){__VA_ARGS__}) / sizeof(struct tier))

/* 60 attempts in 7 d on 3 days, never 40 in 24 h. `days` are counted from the first. */
static void emit_days(enum sensor_kind kind, enum shape_id shape, const char *name, int attempts,
    const int *days, int day_count, int64_t last_us, const char *holds)
{
    struct segment s;
    segment_init(&s, kind, (uint64_t)attempts);
    int each = (attempts + day_count - 1) / day_count, left = attempts;
    for (int d = 0; d < day_count; d++) {
        struct series p = {.shape = shape,
            .attempts = each < left ? each : left,
            .start_us = MIDNIGHT + days[d] * DAY,
            .span_us = 20 * HOUR};
        left -= p.attempts;
        if (d == day_count - 1)
            p.start_us = MIDNIGHT + last_us - p.span_us;
        play(&s, &p);
    }
    emit(&s, &s.conn, name, "%s", holds);
}

static void emit_weeks(enum sensor_kind kind, enum shape_id shape)
{
    static const int three[] = {0, 3, 6}, edge[] = {0, 3, 7}, two[] = {0, 6};
    emit_days(kind, shape, "fires-weeks.log", 60, three, 3, 7 * DAY - 1,
        "60 attempts on 3 days, first to last 7 d less 1 µs");
    emit_days(kind, shape, "quiet-weeks.log", 59, three, 3, 7 * DAY - 1,
        "59 attempts on 3 days, first to last 7 d less 1 µs");
    emit_days(kind, shape, "quiet-weeks-days.log", 60, two, 2, 7 * DAY - 1,
        "60 attempts on 2 days, first to last 7 d less 1 µs");
    emit_days(kind, shape, "quiet-weeks-edge.log", 60, edge, 3, 7 * DAY,
        "60 attempts on 3 days, first to last exactly 7 d");
}

/* The login log without the log of connections. */
static void emit_logins(enum sensor_kind kind, enum shape_id shape, const char *name, int attempts)
{
    struct segment s;
    struct series p = {
        .shape = shape, .attempts = attempts, .start_us = ODD, .span_us = 30 * MINUTE - 1};
    segment_init(&s, kind, (uint64_t)attempts);
    play(&s, &p);
    log_done(&s.conn);
    emit(&s, shape == SSH_ATTEMPT ? &s.ssh : &s.rdp, name,
        "%d rows of %s.log alone, first to last 30 min less 1 µs", attempts,
        shape == SSH_ATTEMPT ? "ssh" : "rdp");
}

/* Ten connections in which the sensor saw the guesses: together one threshold, or one less. */
static void emit_guesses(const char *name, int guesses)
{
    struct segment s;
    segment_init(&s, SENSOR_TSV, (uint64_t)guesses);
    for (int i = 0, left = guesses; i < 10; i++) {
        struct connection c =
            shape_connection(&s, SSH_ATTEMPT, ODD + i * MINUTE, "198.51.100.20", "10.0.0.10");
        struct login login = {
            .success = 0, .attempts = left < 3 ? left : 3, .client = "SSH-2.0-libssh_0.9.6"};
        left -= login.attempts;
        segment_ssh(&s, &c, &login);
    }
    log_done(&s.conn);
    emit(&s, &s.ssh, name, "10 refused logins of ssh.log, %d guesses in all", guesses);
}

static void ssh_and_rdp_incoming(void)
{
    EMIT_TIERS("SSH_Incoming_BF_OneToOne",
        "One outside client guesses at one inside SSH server: 30 in 30 min, 40 in 24 h, or 60 in "
        "7 d on at least 3 UTC days.",
        {"fast", SENSOR_TSV, SSH_ATTEMPT, 30, 0, 30 * MINUTE, false},
        {"slow", SENSOR_JSON, SSH_ATTEMPT, 40, 0, DAY, false});
    emit_weeks(SENSOR_EVE, SSH_ATTEMPT);
    emit_logins(SENSOR_TSV, SSH_ATTEMPT, "fires-fast-logins.log", 30);
    emit_logins(SENSOR_TSV, SSH_ATTEMPT, "quiet-fast-logins.log", 29);
    emit_guesses("fires-fast-guesses.log", 30);
    emit_guesses("quiet-fast-guesses.log", 29);
    struct series p = {
        .shape = SSH_BANNER, .attempts = 90, .start_us = ODD, .span_us = 10 * MINUTE};
    emit_series(SENSOR_TSV, &p, "quiet-banner.log", "90 connections that end after the banners");
    p = (struct series){
        .shape = REFUSED, .attempts = 90, .port = 22, .start_us = ODD, .span_us = 10 * MINUTE};
    emit_series(SENSOR_TSV, &p, "quiet-refused.log", "90 refused connections");

    EMIT_TIERS("RDP_Incoming_BF_OneToOne",
        "One outside client guesses at one inside RDP server: 30 in 30 min, 40 in 24 h, or 60 in "
        "7 d on at least 3 UTC days.",
        {"fast", SENSOR_EVE, RDP_ATTEMPT, 30, 0, 30 * MINUTE, false},
        {"slow", SENSOR_TSV, RDP_ATTEMPT, 40, 0, DAY, false});
    emit_weeks(SENSOR_JSON, RDP_ATTEMPT);
    emit_logins(SENSOR_TSV, RDP_ATTEMPT, "fires-fast-logins.log", 30);
    emit_logins(SENSOR_TSV, RDP_ATTEMPT, "quiet-fast-logins.log", 29);
    learned_burst();

    EMIT_TIERS("SSH_Incoming_BF_ManyToOne",
        "Several outside sources guess at one inside SSH server: 10 sources and 30 attempts in "
        "1 h, or 25 and 60 in 24 h.",
        {"fast", SENSOR_JSON, SSH_ATTEMPT, 30, 10, HOUR, false},
        {"slow", SENSOR_TSV, SSH_ATTEMPT, 60, 25, DAY, false});
    EMIT_TIERS("RDP_Incoming_BF_ManyToOne",
        "Several outside sources guess at one inside RDP server: 10 sources and 30 attempts in "
        "1 h, or 25 and 60 in 24 h.",
        {"fast", SENSOR_EVE, RDP_ATTEMPT, 30, 10, HOUR, false},
        {"slow", SENSOR_JSON, RDP_ATTEMPT, 60, 25, DAY, false});
}

/* A machine of an administrator: many targets are its work, up to 49. */
static void emit_raised(enum sensor_kind kind, enum shape_id shape)
{
    struct series p = {.shape = shape,
        .outgoing = true,
        .attempts = 100,
        .peers = 50,
        .start_us = ODD,
        .span_us = HOUR - 1};
    write_line("raised.conf", "[resource admin]\naddress = 10.0.0.10\nrole = admin-client");
    emit_series(kind, &p, "fires-raised.log",
        "100 attempts at 50 addresses of a machine with the role admin-client");
    p.peers = 49;
    emit_series(kind, &p, "quiet-raised-targets.log",
        "100 attempts at 49 addresses of a machine with the role admin-client");
}

static void ssh_and_rdp_outgoing(void)
{
    EMIT_TIERS("SSH_Outgoing_BF_OneToOne",
        "An inside client guesses at one outside SSH server: 30 in 30 min or 40 in 24 h.",
        {"fast", SENSOR_JSON, SSH_ATTEMPT, 30, 0, 30 * MINUTE, true},
        {"slow", SENSOR_EVE, SSH_ATTEMPT, 40, 0, DAY, true});
    learned_pair(true);
    EMIT_TIERS("RDP_Outgoing_BF_OneToOne",
        "An inside client guesses at one outside RDP server: 30 in 30 min or 40 in 24 h.",
        {"fast", SENSOR_TSV, RDP_ATTEMPT, 30, 0, 30 * MINUTE, true},
        {"slow", SENSOR_JSON, RDP_ATTEMPT, 40, 0, DAY, true});
    learned_pair(false);
    EMIT_TIERS("SSH_Outgoing_BF_OneToMany",
        "An inside client guesses at many outside SSH servers: 25 targets and 25 attempts in 1 h, "
        "10 and 100 in 1 h, or 30 and 60 in 24 h.",
        {"fast", SENSOR_EVE, SSH_ATTEMPT, 25, 25, HOUR, true},
        {"dense", SENSOR_TSV, SSH_ATTEMPT, 100, 10, HOUR, true},
        {"slow", SENSOR_JSON, SSH_ATTEMPT, 60, 30, DAY, true});
    learned_fan(true);
    emit_raised(SENSOR_JSON, SSH_ATTEMPT);
    EMIT_TIERS("RDP_Outgoing_BF_OneToMany",
        "An inside client guesses at many outside RDP servers: 25 targets and 25 attempts in 1 h, "
        "10 and 100 in 1 h, or 30 and 60 in 24 h.",
        {"fast", SENSOR_TSV, RDP_ATTEMPT, 25, 25, HOUR, true},
        {"dense", SENSOR_JSON, RDP_ATTEMPT, 100, 10, HOUR, true},
        {"slow", SENSOR_EVE, RDP_ATTEMPT, 60, 30, DAY, true});
    learned_fan(false);
    emit_raised(SENSOR_TSV, RDP_ATTEMPT);
}

static void other_services(void)
{
    EMIT_TIERS("Generic_Incoming_BF_OneToOne",
        "One outside client guesses at one inside server of another login service: 20 in 15 min, "
        "telnet 30 in 30 min, 40 in 24 h, or 10 that the log says were refused in 5 min.",
        {"fast", SENSOR_TSV, FTP_ATTEMPT, 20, 0, 15 * MINUTE, false},
        {"telnet", SENSOR_JSON, TELNET_ATTEMPT, 30, 0, 30 * MINUTE, false},
        {"slow", SENSOR_EVE, FTP_ATTEMPT, 40, 0, DAY, false});
    struct series p = {.shape = SMTP, .attempts = 90, .start_us = ODD, .span_us = 10 * MINUTE};
    emit_series(SENSOR_TSV, &p, "quiet-mail.log", "90 mails from one server: no explicit failure");
    failures_ftp();

    EMIT_TIERS("SQL_Incoming_BF_OneToOne",
        "One outside client guesses at one inside database server: 20 in 15 min, 40 in 24 h, or 10 "
        "that the log says were refused in 5 min.",
        {"fast", SENSOR_TSV, MYSQL_ATTEMPT, 20, 0, 15 * MINUTE, false},
        {"slow", SENSOR_JSON, POSTGRESQL_ATTEMPT, 40, 0, DAY, false});
    p = (struct series){
        .shape = MSSQL_ATTEMPT, .attempts = 20, .start_us = ODD, .span_us = 15 * MINUTE - 1};
    emit_series(SENSOR_EVE, &p, "fires-fast-mssql.log",
        "20 attempts that only the port names, first to last 15 min less 1 µs");
    p.attempts = 19;
    emit_series(SENSOR_EVE, &p, "quiet-fast-mssql.log",
        "19 attempts that only the port names, first to last 15 min less 1 µs");
    failures_sql();
}

void logins(void)
{
    ssh_and_rdp_incoming();
    ssh_and_rdp_outgoing();
    other_services();
}
