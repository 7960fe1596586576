/* Contacts with listed addresses, and signatures that speak of one. */
#include "tests/catalog/generator/fixture.h"

static void emit_contacts(enum sensor_kind kind, enum shape_id shape, const char *name,
    const char *client, const char *server, int port, const int64_t *at, int count,
    const char *holds)
{
    struct segment s;
    segment_init(&s, kind, (uint64_t)count + 77);
    for (int i = 0; i < count; i++) {
        struct connection c = shape_connection(&s, shape, at[i], client, server);
        c.server_port = port;
        segment_connection(&s, &c);
    }
    emit(&s, &s.conn, name, "%s", holds);
}

static void emit_signature(const char *name, const char *client, const char *server, int port,
    struct signature signature, const char *holds)
{
    struct segment s;
    segment_init(&s, SENSOR_EVE, signature.sid);
    struct connection c = shape_connection(&s, HTTP, ODD, client, server);
    c.server_port = port;
    segment_alert(&s, &c, &signature);
    emit(&s, &s.conn, name, "%s", holds);
}

static const struct signature package_manager = {2013504, 6,
    "ET POLICY GNU/Linux APT User-Agent Outbound likely related to package management",
    "Not Suspicious Traffic", 3};

static void command_and_control(void)
{
    static const char own[] = "10.0.0.10", listed[] = "198.51.100.66", other[] = "198.51.100.67";
    const int64_t hour[] = {ODD, ODD + 20 * MINUTE, ODD + HOUR - 1};
    const int64_t edge[] = {ODD, ODD + 20 * MINUTE, ODD + HOUR};
    begin_type("Network_CommunicationWithC2",
        "An inside client gets an answer from an address that a feed of category c2 or malware "
        "names, or tries three times in 1 h without one, or a signature says so.");
    write_line("feed-c2.txt", "198.51.100.66");
    write_line("feed-malware.txt", "203.0.113.66");
    emit_contacts(SENSOR_TSV, HTTPS, "fires-contact.log", own, listed, 443, hour, 1,
        "1 answered flow to a listed address");
    emit_contacts(SENSOR_TSV, HTTPS, "quiet-contact.log", own, other, 443, hour, 1,
        "1 answered flow to an address that is not listed");
    emit_contacts(SENSOR_EVE, HTTPS, "fires-contact-malware.log", own, "203.0.113.66", 8443, hour,
        1, "1 answered flow to an address of the other category");
    emit_contacts(SENSOR_JSON, UNANSWERED, "fires-blocked.log", own, listed, 443, hour, 3,
        "3 unanswered flows, first to last 1 h less 1 µs");
    const int64_t around[] = {TEN - 20 * MINUTE, TEN - MINUTE, TEN + 20 * MINUTE};
    emit_contacts(SENSOR_JSON, UNANSWERED, "fires-blocked-hour-edge.log", own, listed, 443, around,
        3, "3 unanswered flows around 10:00");
    emit_contacts(SENSOR_JSON, UNANSWERED, "quiet-blocked.log", own, listed, 443, hour, 2,
        "2 unanswered flows");
    emit_contacts(SENSOR_JSON, UNANSWERED, "quiet-blocked-edge.log", own, listed, 443, edge, 3,
        "3 unanswered flows, first to last exactly 1 h");
    emit_signature("fires-signature.log", own, other, 443,
        (struct signature){2404300, 7012, "ET CNC Feodo Tracker Reported CnC Server group 1",
            "A Network Trojan was detected", 1},
        "1 event of a signature for command and control");
    emit_signature("fires-signature-class.log", own, other, 443,
        (struct signature){9000001, 1, "LOCAL beacon of a tool that we know",
            "Malware Command and Control Activity Detected", 1},
        "1 event of a signature that only its class speaks for");
    emit_signature("quiet-signature-class.log", own, other, 443,
        (struct signature){9000002, 1, "LOCAL user agent of a tool that we know",
            "A Network Trojan was detected", 1},
        "1 event of a signature for a trojan, which alone is no contact");
    emit_signature(
        "quiet-signature.log", own, other, 443, package_manager, "1 event of a harmless signature");
}

/* A sweep of port 445, and with it names in vain and peers by UDP, each evenly over a span. */
struct worm {
    int targets, names, peers;
    int64_t sweep_us, names_us, peers_us; /* from the first to the last */
    int64_t names_after_us;               /* from the sweep's first probe to the first name */
};

static int64_t at(int64_t start_us, int64_t span_us, int i, int count)
{
    return start_us + (count > 1 ? span_us * i / (count - 1) : 0);
}

static void emit_worm(
    enum sensor_kind kind, const char *name, const struct worm *w, const char *holds)
{
    static const char own[] = "192.0.2.10", resolver[] = "198.51.100.53";
    struct segment s;
    char other[24], domain[40];
    segment_init(&s, kind, (uint64_t)(w->targets * 10000 + w->names * 100 + w->peers));
    for (int i = 0; i < w->targets; i++) {
        snprintf(other, sizeof other, "203.0.113.%d", 10 + i);
        struct connection c =
            shape_connection(&s, UNANSWERED, at(ODD, w->sweep_us, i, w->targets), own, other);
        c.server_port = 445;
        segment_connection(&s, &c);
    }
    for (int i = 0; i < w->names; i++) {
        snprintf(domain, sizeof domain, "qx%dvbr.example", i);
        struct connection c = shape_connection(
            &s, DNS, at(ODD + w->names_after_us, w->names_us, i, w->names), own, resolver);
        segment_dns_none(&s, &c, domain);
    }
    for (int i = 0; i < w->peers; i++) {
        snprintf(other, sizeof other, "198.51.100.%d", 100 + i);
        struct connection c =
            shape_connection(&s, UDP_PAYLOAD, at(ODD, w->peers_us, i, w->peers), own, other);
        c.server_port = 20000 + 37 * i;
        segment_connection(&s, &c);
    }
    emit(&s, &s.conn, name, "%s", holds);
}

static void worms(void)
{
    static const struct worm names = {.targets = 25,
                                 .names = 10,
                                 .sweep_us = 5 * MINUTE - 1,
                                 .names_us = 10 * MINUTE - 1},
                             peers = {.targets = 25,
                                 .peers = 50,
                                 .sweep_us = 5 * MINUTE - 1,
                                 .peers_us = 10 * MINUTE - 1};
    struct worm w = names;
    emit_worm(SENSOR_EVE, "fires-names.log", &w,
        "25 targets at 445, first to last 5 min less 1 µs; 10 names in vain, 10 min less 1 µs");
    w.names = 9;
    emit_worm(SENSOR_EVE, "quiet-names.log", &w, "the same with 9 names");
    w = names, w.names_us = 10 * MINUTE;
    emit_worm(SENSOR_EVE, "quiet-names-edge.log", &w, "10 names, first to last exactly 10 min");
    w = names, w.targets = 24;
    emit_worm(SENSOR_EVE, "quiet-targets.log", &w, "the same with 24 targets");
    w = names, w.sweep_us = 5 * MINUTE;
    emit_worm(SENSOR_EVE, "quiet-targets-edge.log", &w, "25 targets, first to last exactly 5 min");
    w = names, w.names_after_us = 2 * HOUR;
    emit_worm(SENSOR_EVE, "quiet-apart.log", &w, "25 targets, and 10 names 2 h later");
    w = peers;
    emit_worm(SENSOR_TSV, "fires-peers.log", &w,
        "25 targets at 445; 50 peers by UDP, first to last 10 min less 1 µs");
    w.peers = 49;
    emit_worm(SENSOR_TSV, "quiet-peers.log", &w, "the same with 49 peers");
    w = peers, w.peers_us = 10 * MINUTE;
    emit_worm(SENSOR_TSV, "quiet-peers-edge.log", &w, "50 peers, first to last exactly 10 min");
    w = names, w.names = 0;
    emit_worm(SENSOR_TSV, "quiet-sweep.log", &w, "25 targets at 445 and nothing else");
}

static void compromised_machine(void)
{
    static const char own[] = "192.0.2.10", other[] = "198.51.100.251";
    const int64_t once[] = {ODD};
    begin_type("Network_ResourceIpIndicatedAsMalicious",
        "An inside client reaches a sinkhole, or a signature sees Conficker, or it behaves like that: it "
        "fails at 25 outside addresses at port 445 in 5 min, and within the hour asks for 10 names that "
        "do not exist in 10 min, or talks to 50 outside addresses by UDP between high ports in 10 min. "
        "The network is 192.0.2.0/24. Logs that hold a sweep give the alert PortScanning, too: `also`.");
    write_line("also",
        "PortScanning: fires-names fires-peers quiet-names quiet-names-edge quiet-apart "
        "quiet-peers quiet-peers-edge quiet-sweep");
    write_line("home", "192.0.2.0/24");
    write_line("feed-sinkhole.txt", "198.51.100.250\n198.51.100.240/30");
    emit_contacts(SENSOR_TSV, HTTP, "fires-contact.log", own, "198.51.100.250", 80, once, 1,
        "1 answered flow to a sinkhole");
    struct segment s;
    segment_init(&s, SENSOR_TSV, 2);
    for (int i = 0; i < 3; i++) {
        static const char *const sinkholes[] = {
            "198.51.100.250", "198.51.100.241", "198.51.100.242"};
        struct connection c = shape_connection(&s, HTTP, ODD + i * (HOUR - 1), own, sinkholes[i]);
        segment_connection(&s, &c);
    }
    emit(&s, &s.conn, "fires-contact-many.log",
        "3 answered flows to sinkholes of two entries, each less than 1 h after the one before");
    emit_contacts(SENSOR_TSV, HTTP, "quiet-contact.log", own, other, 80, once, 1,
        "1 answered flow to another address");
    emit_signature("fires-signature.log", own, other, 445,
        (struct signature){2008802, 6, "ET MALWARE Possible Downadup/Conficker-A Worm Activity",
            "A Network Trojan was detected", 1},
        "1 event of the signature for Conficker");
    emit_signature(
        "quiet-signature.log", own, other, 80, package_manager, "1 event of a harmless signature");
    worms();
}

/* A source that came on some of the last days before, and another that comes each day. */
static void emit_strangers(const char *name, int days, int known_days, const char *holds)
{
    static const char own[] = "192.0.2.10", regular[] = "203.0.113.9", other[] = "198.51.100.99";
    struct segment s;
    segment_init(&s, SENSOR_TSV, (uint64_t)(days * 100 + known_days));
    for (int day = 0; day <= days; day++) {
        int64_t t = MIDNIGHT + (day - days) * DAY + 9 * HOUR;
        for (int n = 0; n < 2; n++) {
            if (n ? day < days - known_days : day == days)
                continue;
            struct connection c =
                shape_connection(&s, HTTPS, t + n * HOUR, n ? other : regular, own);
            c.server_port = 8443;
            segment_connection(&s, &c);
        }
    }
    emit(&s, &s.conn, name, "%s", holds);
}

static void unrecommended_source(void)
{
    static const char own[] = "192.0.2.10", listed[] = "198.51.100.66";
    enum { TRIES = 10 };
    int64_t day[TRIES], next[TRIES];
    for (int i = 0; i < TRIES; i++)
        day[i] = next[i] = MIDNIGHT + i * 2 * HOUR;
    day[TRIES - 1] = MIDNIGHT + DAY - 1;
    next[TRIES - 1] = MIDNIGHT + DAY;
    begin_type("Network_TrafficFromUnrecommendedIP",
        "An outside source that a feed names gets an answer, or tries one port ten times in one "
        "UTC day. The network is 192.0.2.0/24.");
    write_line("home", "192.0.2.0/24");
    write_line("feed-blocklist.txt", "198.51.100.64/30");
    emit_contacts(SENSOR_TSV, HTTPS, "fires-answered.log", listed, own, 8443, day, 1,
        "1 answered flow from a listed source");
    emit_contacts(SENSOR_TSV, HTTPS, "quiet-answered.log", "198.51.100.68", own, 8443, day, 1,
        "1 answered flow from the first address after the listed network");
    emit_contacts(SENSOR_JSON, UNANSWERED, "fires-flows.log", listed, own, 8443, day, TRIES,
        "10 unanswered flows to one port, in the first and the last microsecond of a day too");
    emit_contacts(SENSOR_JSON, UNANSWERED, "quiet-flows.log", listed, own, 8443, day, TRIES - 1,
        "9 unanswered flows");
    emit_contacts(SENSOR_JSON, UNANSWERED, "quiet-flows-edge.log", listed, own, 8443, next, TRIES,
        "10 unanswered flows, the tenth as the next day begins");
    struct segment s;
    segment_init(&s, SENSOR_EVE, 15);
    for (int i = 0; i < TRIES; i++) {
        struct connection c = shape_connection(&s, REFUSED, day[i], listed, own);
        c.server_port = 8443 + i;
        segment_connection(&s, &c);
    }
    emit(&s, &s.conn, "quiet-flows-ports.log", "10 refused flows, each to another port");
    emit_strangers("fires-unlearned.log", 30, 2,
        "an unlisted source that came on 2 of the 30 days for which the port has a regular visitor");
    emit_strangers("quiet-unlearned-days.log", 30, 3,
        "the same, after 3 days: it is a regular visitor itself");
    emit_strangers("quiet-unlearned-history.log", 29, 2,
        "the same, after 2 days, but the port's first visit is only 29 days ago");
}

void contacts(void)
{
    command_and_control();
    compromised_machine();
    unrecommended_source();
}
