/* What is usual for an environment, and who it lets pass: days of logins, then attempts. */
#include "correlate/findings/gate.h"
#include "correlate/usual/learning.h"
#include "tests/unit/world.h"

#define START (19000 * DAY) /* midnight */
#define TODAY (START + 12 * DAY + 10 * HOUR)
#define OWN   "10.0.0.1"
#define OTHER "203.0.113.1"

TestSuite(gate, .init = open_world, .fini = close_world, .timeout = 60);

/* ------------------------------------------------------------------ histories */

/* Something passes by every hour, so that the sensors are known to watch. */
static void watch(int64_t days)
{
    for (int64_t hour = 0; hour < days * 24; hour++)
        record_refused(&all, SENSOR_ZEEK, NULL, START + hour * HOUR, address("192.0.2.1"),
            address("198.51.100.1"), 80);
}

struct logins {
    const char *client, *server;
    int clients, servers; /* so many addresses from there on, in turn */
    uint16_t port;
    const char *service;
    int success; /* 1, 0, -1: a connection of the shape of an attempt */
};

static void some_logins(const struct logins *l, int64_t t, int count, int64_t over)
{
    for (int i = 0; i < count; i++) {
        struct ipaddr client = address_after(l->client, l->clients ? i % l->clients : 0);
        struct ipaddr server = address_after(l->server, l->servers ? i % l->servers : 0);
        int64_t at = t + i * (over / count);
        if (l->success >= 0)
            record_login(
                &all, SENSOR_ZEEK, NULL, at, client, server, l->port, l->service, l->success);
        else
            record_flow(&all, SENSOR_ZEEK, NULL, at, client, server, l->port)->service =
                str_of(l->service);
    }
}

/* `count` logins in each hour of the first days. */
static void hourly(const struct logins *l, int64_t days, int count)
{
    for (int64_t hour = 0; hour < days * 24; hour++)
        some_logins(l, START + hour * HOUR, count, HOUR);
}

static void daily(const struct logins *l, int64_t days, int count)
{
    for (int64_t day = 0; day < days; day++)
        some_logins(l, START + day * DAY + 9 * HOUR, count, HOUR);
}

/* The number of alerts of a type that all records so far give. */
static int64_t alerts_of(const struct world *w, const char *type)
{
    char sql[200];
    struct store *s = memory_open();
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, w);
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM alert WHERE superseded IS NULL AND key LIKE '%s|%%'", type);
    int64_t count = number_of(s, sql);
    store_close(s);
    return count;
}

static const struct logins users = {OTHER, OWN, 15, 1, 22, "ssh", 1};

/* ------------------------------------------------------------------ many to one */

#define SSH_MANY "SSH_Incoming_BF_ManyToOne"

static const struct logins crowd = {"198.51.100.10", OWN, 12, 1, 22, "ssh", 0};

Test(gate, a_busy_server_is_quiet_where_a_still_one_is_not)
{
    watch(13);
    some_logins(&crowd, TODAY, 36, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1);
    hourly(&users, 10, 15);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 0);
}

Test(gate, a_spike_at_a_busy_server_is_reported)
{
    watch(13);
    hourly(&users, 10, 15);
    struct logins spike = crowd;
    spike.clients = 80;
    some_logins(&spike, TODAY, 160, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1);
}

Test(gate, without_a_day_of_history_the_floor_decides)
{
    hourly(&users, 1, 15);
    some_logins(&crowd, START + DAY + 3 * HOUR, 36, 30 * MINUTE); /* the first day lies too near */
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1);
}

Test(gate, hours_without_any_record_are_no_history)
{
    hourly(&users, 1, 15); /* 24 hours, one of which is taken away … */
    some_logins(&crowd, START + 5 * DAY, 36, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 0);
    all.count = 0;
    for (int64_t hour = 0; hour < 23; hour++)
        some_logins(&users, START + hour * HOUR, 15, HOUR);
    some_logins(&crowd, START + 5 * DAY, 36, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1);
}

Test(gate, ten_times_the_floor_is_reported_whatever_is_usual)
{
    struct logins many = users;
    many.clients = 200;
    watch(13);
    hourly(&many, 3, 200);
    struct logins flood = crowd;
    flood.clients = 99;
    some_logins(&flood, TODAY, 300, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 0);
    all.count = 0;
    watch(13);
    hourly(&many, 3, 200);
    flood.clients = 100;
    some_logins(&flood, TODAY, 300, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1);
}

Test(gate, an_attack_does_not_teach_its_own_next_day)
{
    watch(13);
    for (int64_t day = 3; day < 13; day++)
        some_logins(&crowd, START + day * DAY + 10 * HOUR, 36, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 10);
}

/* ------------------------------------------------------------------ known peers */

#define SSH_PAIR "SSH_Incoming_BF_OneToOne"

static const struct logins guesser = {OTHER, OWN, 1, 1, 22, "ssh", 0};

Test(gate, a_known_peer_may_fail_as_often_as_it_logs_in_up_to_three_times_the_floor)
{
    struct logins peer = guesser;
    peer.success = 1;
    watch(13);
    hourly(&peer, 10, 40);
    size_t told = all.count;
    some_logins(&guesser, TODAY, 60, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_PAIR), 0);
    all.count = told;
    some_logins(&guesser, TODAY, 90, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_PAIR), 1);
}

Test(gate, a_peer_of_few_days_passes_at_the_floor)
{
    struct logins peer = guesser;
    peer.success = 1;
    watch(13);
    hourly(&peer, 4, 40); /* four days: not known */
    some_logins(&guesser, TODAY, 60, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_PAIR), 1);
}

Test(gate, a_peer_first_seen_within_a_week_is_new)
{
    struct logins peer = guesser;
    peer.success = 1;
    watch(13);
    for (int64_t hour = 5 * 24; hour < 11 * 24; hour++)
        some_logins(&peer, START + hour * HOUR, 40, HOUR);
    some_logins(&guesser, TODAY, 60, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_PAIR), 1);
}

Test(gate, nobody_makes_himself_known_by_guessing)
{
    watch(20);
    for (int64_t day = 0; day < 10; day++)
        some_logins(&guesser, START + day * DAY + 9 * HOUR, 25, HOUR); /* below the floor */
    int64_t quiet = alerts_of(&world, SSH_PAIR); /* of the tier that looks at a week */
    some_logins(&guesser, TODAY + 7 * DAY, 30, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_PAIR), quiet + 1);
}

Test(gate, a_rate_that_grows_by_a_fifth_a_day_is_reported)
{
    double attempts = 10;
    for (int64_t day = 0; day < 30; day++, attempts *= 1.2) {
        for (int64_t hour = 0; hour < 24; hour++)
            record_refused(&all, SENSOR_ZEEK, NULL, START + day * DAY + hour * HOUR,
                address("192.0.2.1"), address("198.51.100.1"), 80);
        some_logins(&guesser, START + day * DAY, (int)attempts, DAY);
    }
    cr_expect_geq(alerts_of(&world, SSH_PAIR), 3); /* from 40 a day on, a slice for each week */
}

/* ------------------------------------------------------------------ outgoing */

#define SSH_OUT "SSH_Outgoing_BF_OneToOne"

static const struct logins job = {OWN, OTHER, 1, 1, 22, "ssh", 1};

Test(gate, a_daily_job_may_fail_up_to_three_times_its_usual_day)
{
    struct logins failing = job;
    failing.success = 0;
    watch(13);
    daily(&job, 6, 30);
    size_t told = all.count;
    some_logins(&failing, TODAY, 60, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_OUT), 0);
    all.count = told;
    some_logins(&failing, TODAY, 90, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_OUT), 1);
}

Test(gate, a_job_of_four_days_is_no_habit)
{
    struct logins failing = job;
    failing.success = 0;
    watch(13);
    daily(&job, 4, 3);
    some_logins(&failing, TODAY, 60, 29 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_OUT), 1);
}

#define SSH_OUT_MANY "SSH_Outgoing_BF_OneToMany"

Test(gate, a_lower_floor_holds_where_a_baseline_is_learned)
{
    struct logins tries = {OWN, "198.51.100.10", 1, 10, 22, "ssh", 0};
    watch(13);
    some_logins(&tries, TODAY, 20, 50 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_OUT_MANY), 0, "no login was ever stated");
    daily(&job, 2, 1);
    cr_expect_eq(alerts_of(&world, SSH_OUT_MANY), 1);
    all.count = 0;
    daily(&job, 2, 1);
    some_logins(&tries, TODAY, 20, 50 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_OUT_MANY), 0, "cold");
}

Test(gate, an_administrators_machine_reaches_more_before_it_is_reported)
{
    struct err err = {0};
    struct ini ini;
    struct world office = world;
    office.inventory = inventory_new(&err);
    cr_assert_not_null(office.inventory);
    cr_assert(ini_read_text(
        &ini, "test", STR("[resource admin]\naddress = " OWN "\nrole = admin-client\n"), &err));
    cr_assert(inventory_set_home(office.inventory, STR("10.0.0.0/8"), &err));
    cr_assert(inventory_add(office.inventory, &ini, &err), "%s", err.text);
    cr_assert(inventory_finish(office.inventory, &err), "%s", err.text);
    ini_done(&ini);
    struct logins tries = {OWN, "198.51.100.10", 1, 49, 22, "ssh", 0};
    some_logins(&tries, TODAY, 100, 50 * MINUTE);
    cr_expect_eq(alerts_of(&office, SSH_OUT_MANY), 0);
    cr_expect_eq(alerts_of(&world, SSH_OUT_MANY), 1);
    all.count = 0;
    tries.servers = 50;
    some_logins(&tries, TODAY, 100, 50 * MINUTE);
    cr_expect_eq(alerts_of(&office, SSH_OUT_MANY), 1);
    inventory_free(office.inventory);
}

/* ------------------------------------------------------------------ frozen and reset */

/* With what people said: rules of the address, or of all (whole), for SSH. */
static int64_t alerts_with(enum learning_what what, int64_t t, bool whole, bool one_by_one)
{
    struct err err = {0};
    struct store *s = memory_open();
    struct ipaddr own = address(OWN);
    const struct learning_scope scope = {whole ? NULL : &own, "ssh"};
    cr_assert(learning_say(s, what, &scope, time_hour(t), &err), "%s", err.text);
    size_t step = one_by_one ? all.count / 5 + 1 : all.count;
    for (size_t first = all.count; first > 0;) { /* the newest lines first */
        size_t from = first > step ? first - step : 0;
        records_put(s, &all, NULL, from, first - from);
        correlate(s, &world);
        first = from;
    }
    int64_t count = number_of(
        s, "SELECT count(*) FROM alert WHERE superseded IS NULL AND key LIKE '" SSH_MANY "|%'");
    store_close(s);
    return count;
}

Test(gate, a_frozen_baseline_stays_as_it_was_whenever_lines_come)
{
    watch(13);
    some_logins(&crowd, TODAY, 36, 30 * MINUTE);
    hourly(&users, 10, 15);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 0);
    for (int late = 0; late < 2; late++) {
        cr_expect_eq(alerts_with(LEARNING_FREEZE, START + 12 * HOUR, false, late), 1, "cold");
        cr_expect_eq(alerts_with(LEARNING_FREEZE, START + 12 * HOUR, true, late), 1, "of all");
        cr_expect_eq(alerts_with(LEARNING_FREEZE, START + 8 * DAY, false, late), 0, "enough");
        cr_expect_eq(alerts_with(LEARNING_FREEZE, TODAY + DAY, false, late), 0, "from later on");
    }
}

Test(gate, a_frozen_baseline_holds_beyond_the_time_that_others_look_back)
{
    int64_t later = START + 200 * DAY;
    hourly(&users, 10, 15);
    some_logins(&crowd, later, 36, 30 * MINUTE);
    cr_expect_eq(alerts_of(&world, SSH_MANY), 1, "all forgotten");
    for (int late = 0; late < 2; late++)
        cr_expect_eq(alerts_with(LEARNING_FREEZE, START + 10 * DAY, false, late), 0, "%d", late);
}

Test(gate, a_reset_baseline_begins_anew)
{
    watch(13);
    some_logins(&crowd, TODAY, 36, 30 * MINUTE);
    hourly(&users, 10, 15);
    for (int late = 0; late < 2; late++) {
        cr_expect_eq(alerts_with(LEARNING_RESET, TODAY - 12 * HOUR, false, late), 1, "cold again");
        cr_expect_eq(alerts_with(LEARNING_RESET, START + 4 * DAY, false, late), 0, "enough since");
        cr_expect_eq(alerts_with(LEARNING_RESET, TODAY + DAY, false, late), 0, "days before stay");
    }
}

Test(gate, what_people_said_is_replaced_and_taken_back)
{
    struct err err = {0};
    struct learning l;
    bool found;
    struct store *s = memory_open();
    struct ipaddr own = address(OWN);
    const struct learning_scope one = {&own, "ssh"}, every = {NULL, NULL};
    uint64_t none, some, again;
    int64_t id;
    cr_assert(learning_fingerprint(s, &none, &err) && store_address_id(s, &own, &id, &err));
    cr_expect_eq(none, 0);
    cr_assert(learning_say(s, LEARNING_FREEZE, &one, 100, &err), "%s", err.text);
    cr_assert(learning_say(s, LEARNING_FREEZE, &one, 200, &err), "%s", err.text);
    cr_assert(learning_say(s, LEARNING_RESET, &every, 50, &err), "%s", err.text);
    cr_assert(learning_read(s, &l, &err), "%s", err.text);
    cr_expect_eq(l.count, 2);
    cr_expect(learning_freezes(&l));
    struct learning_limits ssh = learning_limits(&l, id, "ssh"),
                           rdp = learning_limits(&l, id, "rdp"),
                           other = learning_limits(&l, id + 1, "ssh");
    cr_expect_eq(ssh.frozen, 200);
    cr_expect_eq(ssh.reset, 50);
    cr_expect_eq(rdp.frozen, INT64_MAX);
    cr_expect_eq(other.frozen, INT64_MAX);
    cr_expect_eq(other.reset, 50);
    learning_done(&l);
    cr_assert(learning_fingerprint(s, &some, &err));
    cr_assert(learning_say(s, LEARNING_RESET, &one, 200, &err), "%s", err.text);
    cr_assert(learning_read(s, &l, &err));
    cr_expect_not(learning_freezes(&l), "a reset ends the freeze before it");
    learning_done(&l);
    cr_assert(learning_undo(s, LEARNING_RESET, &one, &found, &err));
    cr_expect(found);
    cr_assert(learning_undo(s, LEARNING_RESET, &one, &found, &err));
    cr_expect_not(found);
    cr_assert(learning_undo(s, LEARNING_RESET, &every, &found, &err));
    cr_assert(learning_fingerprint(s, &again, &err));
    cr_expect_neq(some, 0);
    cr_expect_eq(again, 0);
    store_close(s);
}

Test(gate, slow_tries_inside_count_where_logins_are_known)
{
    struct logins tries = {OWN, "10.0.0.9", 1, 1, 22, "ssh", -1};
    watch(13);
    some_logins(&tries, TODAY - 10 * HOUR, 40, 23 * HOUR);
    cr_expect_eq(alerts_of(&world, SSH_OUT), 0);
    daily(&job, 2, 1);
    cr_expect_eq(alerts_of(&world, SSH_OUT), 1);
}

/* ------------------------------------------------------------------ RDP, SQL, others */

Test(gate, a_short_burst_over_rdp_counts_once_a_baseline_is_learned)
{
    struct logins burst = {OTHER, OWN, 1, 1, 3389, "rdp", -1};
    some_logins(&burst, TODAY, 20, 5 * MINUTE);
    cr_expect_eq(alerts_of(&world, "RDP_Incoming_BF_OneToOne"), 0);
    watch(13);
    cr_expect_eq(alerts_of(&world, "RDP_Incoming_BF_OneToOne"), 1);
    all.count = 0;
    watch(13);
    some_logins(&burst, TODAY, 19, 5 * MINUTE);
    cr_expect_eq(alerts_of(&world, "RDP_Incoming_BF_OneToOne"), 0);
}

Test(gate, an_application_that_reconnects_is_quiet_until_nearly_all_fails)
{
    struct logins app = {OTHER, OWN, 1, 1, 3306, "mysql", 1}, failing = app;
    failing.success = 0;
    daily(&app, 2, 200); /* cold: the sensors saw two hours */
    some_logins(&app, TODAY, 30, HOUR);
    size_t told = all.count;
    some_logins(&failing, TODAY, 12, 4 * MINUTE);
    cr_expect_eq(alerts_of(&world, "SQL_Incoming_BF_OneToOne"), 0);
    all.count = told;
    some_logins(&failing, TODAY, 130, HOUR);
    cr_expect_eq(alerts_of(&world, "SQL_Incoming_BF_OneToOne"), 1);
}

/* ------------------------------------------------------------------ floods */

/* Forty of an hour's minutes carry so much one way to one target. */
static void stream(int64_t t, int64_t bytes)
{
    for (int64_t minute = 0; minute < 40; minute++) {
        struct flow *f = record_refused(
            &all, SENSOR_ZEEK, NULL, t + minute * MINUTE, address(OWN), address(OTHER), 5004);
        f->conn.proto = PROTO_UDP;
        f->duration_us = 59 * SECOND;
        f->orig_pkts = bytes / 10000;
        f->orig_bytes = bytes - f->orig_pkts * 28;
        f->orig_ip_bytes = bytes;
    }
}

Test(gate, a_stream_that_always_ran_may_be_a_little_stronger)
{
    watch(13);
    size_t told = all.count;
    stream(TODAY, INT64_C(400000000));
    cr_expect_eq(alerts_of(&world, "DDOS"), 1);
    all.count = told;
    for (int64_t hour = 0; hour < 3 * 24; hour++)
        stream(START + hour * HOUR, INT64_C(300000000));
    told = all.count;
    stream(TODAY, INT64_C(400000000));
    cr_expect_eq(alerts_of(&world, "DDOS"), 0);
    all.count = told;
    stream(TODAY, INT64_C(1500000000));
    cr_expect_eq(alerts_of(&world, "DDOS"), 1);
}

/* ------------------------------------------------------------------ late lines */

Test(gate, late_logins_take_an_alert_away_and_leave_no_trace)
{
    struct store *s = memory_open(), *whole = memory_open();
    watch(13);
    some_logins(&crowd, TODAY, 36, 30 * MINUTE);
    size_t told = all.count;
    records_put(s, &all, NULL, 0, told);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL"), 1);
    hourly(&users, 10, 15);
    records_put(s, &all, NULL, told, all.count - told);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL"), 0);
    records_put(whole, &all, NULL, 0, all.count);
    correlate(whole, &world);
    cr_expect_eq(
        number_of(whole, "SELECT count(*) FROM calm"), number_of(s, "SELECT count(*) FROM calm"));
    store_close(s);
    store_close(whole);
}

Test(gate, hours_that_become_known_late_make_a_baseline)
{
    struct store *s = memory_open();
    for (int64_t day = 0; day < 3; day++)
        some_logins(&users, START + day * DAY, 15, HOUR);
    some_logins(&crowd, TODAY, 36, 30 * MINUTE);
    size_t told = all.count;
    records_put(s, &all, NULL, 0, told);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM calm WHERE day = 19012"), 0);
    watch(9);
    records_put(s, &all, NULL, told, all.count - told);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM calm WHERE day = 19012"), 1);
    store_close(s);
}
