/* What outgoing connections that failed, or went one way only, are kept as. */
#include "tests/unit/world_store.h"

#define T0    (19000 * DAY + 7 * HOUR)
#define FLOWS 10000

TestSuite(probes, .init = setup, .fini = teardown);

/* As large as a log may say, and as many as would not add up. */
Test(probes, counts_that_cannot_be_true_stop_no_run)
{
    for (int i = 0; i < FLOWS; i++) {
        struct flow *f = record_refused(&all, SENSOR_ZEEK, NULL, T0 + i * 5000,
            address("10.0.0.10"), address("203.0.113.60"), 9999);
        f->conn.proto = PROTO_UDP;
        f->duration_us = 500000;
        f->orig_pkts = f->orig_bytes = f->orig_ip_bytes = INT64_C(1000000000000000);
    }
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM probe"), FLOWS);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL"), 1);
}
