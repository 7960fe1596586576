/* Which login service a connection belongs to, by the built-in catalogue. */
#include "correlate/facts/services.h"
#include "tests/unit/world_store.h"

static struct services *services;

static void open_services(void)
{
    struct err err = {0};
    setup();
    services = services_new(s, world.catalog, &err);
    cr_assert_not_null(services, "%s", err.text);
}

static void close_services(void)
{
    services_free(services);
    teardown();
}

TestSuite(services, .init = open_services, .fini = close_services);

static const char *service_of(const char *detected, uint16_t port, uint8_t proto, uint8_t answer)
{
    struct err err = {0};
    struct seen_flow f = {.resp_port = port, .proto = proto, .answer = answer};
    const struct login_service *found;
    cr_assert(store_name_id(s, str_of(detected), &f.service, &err), "%s", err.text);
    cr_assert(services_of_flow(services, &f, &found, &err), "%s", err.text);
    return found ? found->name : "none";
}

/* Each is asked twice: the second time the name is remembered. */
static void expect_service(
    const char *detected, uint16_t port, uint8_t proto, uint8_t answer, const char *want)
{
    for (int i = 0; i < 2; i++) {
        const char *got = service_of(detected, port, proto, answer);
        cr_expect_str_eq(got, want, "%s on %u/%u: %s, not %s", detected, port, proto, got, want);
    }
}

Test(services, go_by_what_the_sensor_detected)
{
    expect_service("ssh", 902, PROTO_TCP, ANSWER_DATA, "ssh");
    expect_service("SSH", 902, PROTO_TCP, ANSWER_DATA, "ssh");
    expect_service("ssl,rdp", 443, PROTO_TCP, ANSWER_DATA, "rdp");
    expect_service("tds", 50000, PROTO_TCP, ANSWER_DATA, "mssql");
    expect_service("http", 22, PROTO_TCP, ANSWER_DATA, "none");
    expect_service("dns,http", 22, PROTO_TCP, ANSWER_DATA, "none");
}

Test(services, go_by_port_where_nothing_was_detected)
{
    expect_service("", 22, PROTO_TCP, ANSWER_DATA, "ssh");
    expect_service("", 2222, PROTO_TCP, ANSWER_DATA, "ssh");
    expect_service("", 3389, PROTO_TCP, ANSWER_EMPTY, "rdp");
    expect_service("", 22, PROTO_UDP, ANSWER_DATA, "none");
    expect_service("", 3389, PROTO_UDP, ANSWER_DATA, "none");
    expect_service("", 443, PROTO_TCP, ANSWER_DATA, "none");
    expect_service("", 0, PROTO_TCP, ANSWER_DATA, "none");
}

Test(services, tls_says_nothing_about_what_runs_inside)
{
    expect_service("ssl", 3389, PROTO_TCP, ANSWER_DATA, "rdp");
    expect_service("tls", 3389, PROTO_TCP, ANSWER_DATA, "rdp");
    expect_service("quic,ssl", 3389, PROTO_TCP, ANSWER_DATA, "rdp");
    expect_service("ssl", 443, PROTO_TCP, ANSWER_DATA, "none");
}

Test(services, what_was_refused_is_what_its_port_says)
{
    expect_service("http", 22, PROTO_TCP, ANSWER_NONE, "ssh");
    expect_service("http", 22, PROTO_TCP, ANSWER_EMPTY, "none");
}

Test(services, a_detected_service_runs_over_its_own_protocols_only)
{
    expect_service("ssh", 22, PROTO_UDP, ANSWER_DATA, "none");
}

Test(services, leave_it_to_the_port_where_the_carrier_was_detected)
{
    expect_service("http", 5985, PROTO_TCP, ANSWER_DATA, "winrm");
    expect_service("http", 80, PROTO_TCP, ANSWER_DATA, "none");
}

static const struct login_service *of_login(const char *name)
{
    const struct login_service *found;
    int64_t id;
    cr_assert(store_name_id(s, str_of(name), &id, NULL));
    cr_assert(services_of_login(services, id, &found, NULL));
    return found;
}

Test(services, are_found_by_name_and_by_id)
{
    const struct login_service *ssh = of_login("ssh");
    cr_assert_not_null(ssh);
    cr_expect_eq(of_login("ssh"), ssh, "asked once more");
    cr_expect_str_eq(ssh->name, "ssh");
    cr_expect_eq(services_by_id(services, services_id(services, ssh)), ssh);
    cr_expect_str_eq(of_login("tds")->name, "mssql");
    cr_expect_null(of_login("http"));
    cr_expect_null(of_login(""));
    cr_expect_null(services_by_id(services, 0));
    cr_expect_null(services_by_id(services, 999999));
}
