/* One connection as both sensors log it. */
#include "tests/scene/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SKEW            (73 * SECOND / 10) /* Suricata's clock is ahead of Zeek's by so much */
#define JITTER          2000               /* the sensors do not stamp the very same moment */
#define LONG            (20 * MINUTE)      /* connections that last longer may pause */
#define ZEEK_IDLE       (5 * MINUTE)       /* tcp_inactivity_timeout; SSH has an hour */
#define SURICATA_IDLE   (10 * MINUTE)      /* flow-timeouts, tcp, established */
#define DOUBLED_PERCENT 8                  /* packets that the mirror port sends twice */
#define MISSED_ONE_OF   300                /* connections that one of them does not see */

void scene_init(struct scene *s, uint64_t seed)
{
    *s = (struct scene){.day = 0};
    segment_init(&s->zeek, SENSOR_TSV, seed * 1000003);
    segment_init(&s->suricata, SENSOR_EVE, seed * 1000033);
    s->mysql.header = tries_mysql_header;
}

void scene_done(struct scene *s)
{
    segment_done(&s->zeek);
    segment_done(&s->suricata);
    log_done(&s->mysql);
    log_done(&s->truth);
    free(s->plan);
}

int64_t scene_pick(struct scene *s, int64_t low, int64_t high)
{
    return segment_pick(&s->zeek, low, high);
}

bool scene_chance(struct scene *s, int percent)
{
    return scene_pick(s, 0, 99) < percent;
}

/* ------------------------------------------------------------------ pauses */

/* A long connection in up to two pieces, with silence between them. */
struct pieces {
    struct connection piece[2];
    int64_t silence_us;
};

static bool is_service(const struct connection *c, const char *service)
{
    return c->service && strcmp(c->service, service) == 0;
}

static bool may_pause(struct scene *s, const struct connection *c)
{
    bool interactive = is_service(c, "ssh") || is_service(c, "rdp") || is_service(c, "mysql");
    return interactive && c->duration_us > LONG && scene_chance(s, 40);
}

/* The share of the whole that went before the pause; what comes after keeps the ports. */
static struct pieces split(struct scene *s, const struct connection *c)
{
    struct pieces p = {.piece = {*c, *c}, .silence_us = scene_pick(s, 6, 16) * MINUTE};
    struct connection *a = &p.piece[0], *b = &p.piece[1];
    int64_t percent = scene_pick(s, 20, 80), busy_us = c->duration_us - p.silence_us;
    a->duration_us = busy_us * percent / 100;
    a->client_bytes = c->client_bytes * percent / 100;
    a->server_bytes = c->server_bytes * percent / 100;
    a->client_packets = c->client_packets * percent / 100;
    a->server_packets = c->server_packets * percent / 100;
    b->t_us = c->t_us + a->duration_us + p.silence_us;
    b->duration_us = busy_us - a->duration_us;
    b->client_bytes -= a->client_bytes;
    b->server_bytes -= a->server_bytes;
    b->client_packets -= a->client_packets;
    b->server_packets -= a->server_packets;
    segment_name(&s->zeek, b);
    a->state = "S1";
    a->history = "ShADad";
    b->state = "OTH";
    b->history = "DadA";
    b->service = NULL;
    return p;
}

/* ------------------------------------------------------------------ Suricata's view */

static struct connection as_suricata(struct scene *s, const struct connection *c)
{
    struct connection view = *c;
    view.t_us += SKEW + segment_pick(&s->suricata, -JITTER, JITTER);
    if (view.duration_us > 0)
        view.duration_us += segment_pick(&s->suricata, 0, JITTER);
    return view;
}

static bool is_doubled(struct scene *s, const struct connection *c)
{
    return strcmp(c->proto, "tcp") == 0 && c->client_bytes < 1000000 &&
           segment_pick(&s->suricata, 0, 99) < DOUBLED_PERCENT;
}

static void show_to_suricata(struct scene *s, const struct connection *c)
{
    struct connection view = as_suricata(s, c);
    if (is_doubled(s, c)) {
        view.client_packets *= 2, view.server_packets *= 2;
        view.client_bytes = view.client_bytes > 0 ? 2 * view.client_bytes : view.client_bytes;
        view.server_bytes = view.server_bytes > 0 ? 2 * view.server_bytes : view.server_bytes;
    }
    segment_connection(&s->suricata, &view);
}

/* Who sees it. */
static unsigned watchers(struct scene *s)
{
    if (s->nothing_is_missed || scene_pick(s, 1, MISSED_ONE_OF) > 1)
        return BOTH;
    return scene_chance(s, 50) ? ZEEK : SURICATA;
}

static void show(struct scene *s, const struct connection *c, unsigned who)
{
    struct pieces p = {.piece = {*c}};
    bool pauses = may_pause(s, c);
    if (pauses)
        p = split(s, c);
    bool zeek_cuts = pauses && p.silence_us > (is_service(c, "ssh") ? HOUR : ZEEK_IDLE);
    bool suricata_cuts = pauses && p.silence_us > SURICATA_IDLE;
    for (int i = 0; who & ZEEK && i < (zeek_cuts ? 2 : 1); i++)
        segment_connection(&s->zeek, zeek_cuts ? &p.piece[i] : c);
    for (int i = 0; who & SURICATA && i < (suricata_cuts ? 2 : 1); i++)
        show_to_suricata(s, suricata_cuts ? &p.piece[i] : c);
}

void scene_show(struct scene *s, const struct connection *c)
{
    show(s, c, watchers(s));
}

void scene_show_login(struct scene *s, const struct connection *c, const struct login *login)
{
    struct connection view = as_suricata(s, c);
    unsigned who = watchers(s);
    show(s, c, who);
    if (who & ZEEK)
        shape_login_seen(&s->zeek, c, login);
    if (who & SURICATA)
        shape_login_seen(&s->suricata, &view, login);
}

void scene_show_refusal(struct scene *s, const struct connection *c)
{
    int64_t t_us = c->t_us + c->duration_us / 2;
    if (is_service(c, "mysql"))
        tries_mysql(&s->mysql, c, t_us);
    if (is_service(c, "ftp"))
        tries_ftp_eve(&s->suricata.conn, c, t_us + SKEW);
}

void scene_show_alert(struct scene *s, const struct connection *c, const struct signature *alert)
{
    struct connection view = as_suricata(s, c);
    segment_alert(&s->suricata, &view, alert);
}

struct connection scene_connect(struct scene *s, enum shape_id shape, int64_t t_us,
    const char *client, const char *server, int port)
{
    struct connection c = shape_connection(&s->zeek, shape, t_us, client, server);
    if (port)
        c.server_port = port;
    if (shape == ECHO_UNANSWERED)
        c.client_port = 8, c.server_port = 0;
    scene_show(s, &c);
    return c;
}

void scene_query(
    struct scene *s, enum shape_id shape, int64_t t_us, const char *client, const char *server)
{
    struct connection c = shape_connection(&s->zeek, shape, t_us, client, server);
    unsigned who = watchers(s);
    show(s, &c, who);
    if (who & ZEEK)
        tries_mysql_worked(&s->mysql, &c, t_us + 9000);
}

void scene_login(struct scene *s, enum shape_id shape, int64_t t_us, const char *client,
    const char *server, bool worked)
{
    struct connection c = shape_connection(&s->zeek, shape, t_us, client, server);
    struct login login = worked ? shape_admission() : shape_refusal(&s->zeek, shape);
    scene_show_login(s, &c, &login);
}

/* ------------------------------------------------------------------ files */

static bool make_folder(const char *folder, const char *name, char path[1024])
{
    snprintf(path, 1024, "%s/%s", folder, name);
    mkdir(folder, 0777);
    return mkdir(path, 0777) == 0 || access(path, W_OK) == 0;
}

/* Rows that are written later stay. */
static bool flush(struct log_file *f, const char *folder, const char *name, int64_t until_us)
{
    char path[2048];
    struct log_file due = {.header = f->header};
    size_t kept = 0;
    due.rows = malloc((f->count + 1) * sizeof *due.rows);
    if (!due.rows)
        return false;
    for (size_t i = 0; i < f->count; i++) {
        if (f->rows[i].written_us < until_us)
            due.rows[due.count++] = f->rows[i];
        else
            f->rows[kept++] = f->rows[i];
    }
    f->count = kept;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    bool done = due.count == 0 || log_write(&due, path);
    log_done(&due);
    return done;
}

bool scene_flush(struct scene *s, const char *folder, int64_t until_us)
{
    char zeek[1024], day[1024], suricata[1024], date[16], eve[32];
    time_t midnight = (time_t)(s->midnight_us / SECOND);
    struct tm when;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&midnight, &when));
    snprintf(eve, sizeof eve, "eve-%s.json", date);
    return make_folder(folder, "zeek", zeek) && make_folder(zeek, date, day) &&
           make_folder(folder, "suricata", suricata) &&
           flush(&s->zeek.conn, day, "conn.log", until_us) &&
           flush(&s->zeek.ssh, day, "ssh.log", until_us) &&
           flush(&s->zeek.rdp, day, "rdp.log", until_us) &&
           flush(&s->mysql, day, "mysql.log", until_us) &&
           flush(&s->suricata.conn, suricata, eve, until_us + SKEW);
}
