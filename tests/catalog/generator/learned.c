/* Tiers that count only where a baseline is learned: a day of logins, a day between, then the tries. */
#include "tests/catalog/generator/fixture.h"

#define OWN   "10.0.0.10"
#define HOURS 24 /* a baseline is learned from so many on … */

struct tries {
    const char *tier;
    enum shape_id try, login; /* of the client at somebody, hour by hour */
    int count, peers;
    int64_t window_us;
    bool incoming, inside;
};

static void history(struct segment *s, const struct tries *t, int hours)
{
    for (int hour = 0; hour < hours; hour++) {
        int64_t at = MIDNIGHT - 2 * DAY + hour * HOUR + 7 * MINUTE;
        if (t->login == SSH_SESSION)
            shape_login_worked(s, t->login, at, OWN, "198.51.100.200");
        else
            shape_seen(s, t->login, at, OWN, "198.51.100.200");
    }
}

/* The logs do not tell how these end. */
static void attempts(struct segment *s, const struct tries *t, int64_t span_us)
{
    const struct login silent = {.success = -1, .attempts = 0, .client = "SSH-2.0-libssh_0.9.6"};
    for (int i = 0; i < t->count; i++) {
        char peer[ADDRESS_TEXT];
        int64_t at = ODD + span_us * i / (t->count - 1);
        snprintf(
            peer, sizeof peer, "%s.%d", t->inside ? "10.0.1" : "198.51.100", 20 + i % t->peers);
        if (t->try == SSH_ATTEMPT) {
            struct connection c = shape_connection(s, t->try, at, OWN, peer);
            segment_ssh(s, &c, &silent);
        } else {
            shape_seen(s, t->try, at, t->incoming ? peer : OWN, t->incoming ? OWN : peer);
        }
    }
}

static void emit_tries(
    const struct tries *t, const char *prefix, const char *suffix, int hours, int64_t span_us)
{
    struct segment s;
    char name[96];
    bool ssh = t->try == SSH_ATTEMPT;
    segment_init(&s, SENSOR_TSV, (uint64_t)t->count * 31 + (uint64_t)hours);
    history(&s, t, hours);
    attempts(&s, t, span_us);
    if (ssh)
        log_done(&s.conn);
    else {
        log_done(&s.ssh);
        log_done(&s.rdp);
    }
    snprintf(name, sizeof name, "%s-%s%s.log", prefix, t->tier, suffix);
    emit(&s, ssh ? &s.ssh : &s.conn, name,
        "%d hours with a connection of the machine; two days later %d attempts, %d %s, first to "
        "last %d s%s",
        hours, t->count, t->peers, t->peers == 1 ? "address" : "addresses",
        (int)((span_us + 1) / SECOND), span_us % SECOND ? " less 1 µs" : "");
}

/* Exactly enough; one attempt, one address, one hour of history too few; and over exactly the window. */
static void emit_learned(struct tries t)
{
    emit_tries(&t, "fires", "", HOURS, t.window_us - 1);
    emit_tries(&t, "quiet", "-cold", HOURS - 1, t.window_us - 1);
    emit_tries(&t, "quiet", "-edge", HOURS, t.window_us);
    t.count--;
    emit_tries(&t, "quiet", "-attempts", HOURS, t.window_us - 1);
    t.count++;
    t.peers--;
    if (t.peers)
        emit_tries(&t, "quiet", "-targets", HOURS, t.window_us - 1);
}

void learned_burst(void)
{
    emit_learned((struct tries){"burst", RDP_ATTEMPT, HTTPS, 20, 1, 6 * MINUTE, .incoming = true});
}

void learned_pair(bool ssh)
{
    enum shape_id try = ssh ? SSH_ATTEMPT : RDP_ATTEMPT, login = ssh ? SSH_SESSION : RDP_SESSION;
    emit_learned((struct tries){"inside", try, login, 40, 1, DAY, .inside = true});
}

void learned_fan(bool ssh)
{
    enum shape_id try = ssh ? SSH_ATTEMPT : RDP_ATTEMPT, login = ssh ? SSH_SESSION : RDP_SESSION;
    emit_learned((struct tries){"learned", try, login, 20, 10, HOUR, .inside = false});
    emit_learned((struct tries){"inside", try, login, 60, 30, DAY, .inside = true});
}
