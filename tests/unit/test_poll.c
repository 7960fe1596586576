/* Attempts that come like clockwork are told as such, with the role that would end the alert. */
#include "correlate/alerts/poll.h"
#include "tests/unit/world_store.h"

#define T0 (19000 * DAY + 7 * HOUR)

TestSuite(poll, .init = setup, .fini = teardown);

static void connect(int64_t t, int64_t more_bytes)
{
    struct flow *f =
        record_flow(&all, SENSOR_ZEEK, NULL, t, address("203.0.113.9"), address("10.0.0.1"), 22);
    f->orig_bytes += more_bytes;
}

static struct seen {
    int alerts, patterns;
    char role[400], gaps[200];
} seen;

static bool look(void *arg, const struct alert *a)
{
    (void)arg;
    seen.alerts++;
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (b->kind != BASIS_PATTERN)
            continue;
        seen.patterns++;
        if (strcmp(b->name, "role") == 0)
            snprintf(seen.role, sizeof seen.role, "%s", b->value);
        if (strcmp(b->name, "gaps") == 0)
            snprintf(seen.gaps, sizeof seen.gaps, "%s", b->value);
    }
    return true;
}

static void judge(void)
{
    struct err err = {0};
    seen = (struct seen){0};
    records_put(s, &all, NULL, 0, all.count);
    correlate(s, &world);
    cr_assert(store_alert_each(s, &(struct alert_filter){.basis = true}, look, NULL, &err), "%s",
        err.text);
}

Test(poll, a_regular_one_is_an_alert_that_says_which_role_to_give)
{
    for (int i = 0; i < 100; i++)
        connect(T0 + i * 30 * SECOND, 0);
    judge();
    cr_expect_eq(seen.alerts, 1);
    cr_expect_str_eq(seen.gaps, "30 s: 100 % of 99 gaps within 10 % of it");
    cr_expect_str_eq(seen.role,
        "[resource monitor-203-0-113-9]\naddress = 203.0.113.9\nrole = monitor\n"
        "reason = checks whether the service is there");
}

Test(poll, faster_ones_are_guesses)
{
    for (int i = 0; i < 100; i++)
        connect(T0 + i * 29 * SECOND, 0);
    judge();
    cr_expect(seen.alerts == 1 && seen.patterns == 0);
}

Test(poll, people_and_attackers_keep_no_time)
{
    for (int i = 0; i < 100; i++)
        connect(T0 + i * 40 * SECOND + (i % 2) * 15 * SECOND, 0);
    judge();
    cr_expect(seen.alerts == 1 && seen.patterns == 0);
}

Test(poll, uneven_sizes_are_no_poll)
{
    for (int i = 0; i < 100; i++)
        connect(T0 + i * 30 * SECOND, i % 2 * 1500);
    judge();
    cr_expect(seen.alerts == 1 && seen.patterns == 0);
}

/* What the lines say ends the alert: read as the inventory that they are. */
Test(poll, the_lines_are_an_inventory_that_ends_the_alert)
{
    struct err err = {0};
    for (int i = 0; i < 100; i++)
        connect(T0 + i * 30 * SECOND, 0);
    judge();
    struct ini ini = {0};
    cr_assert(ini_read_text(&ini, "inventory.conf", str_of(seen.role), &err), "%s", err.text);
    inventory_free(world.inventory);
    world.inventory = inventory_new(&err);
    cr_assert(inventory_set_home(world.inventory, STR("10.0.0.0/8"), &err), "%s", err.text);
    cr_assert(inventory_add(world.inventory, &ini, &err), "%s", err.text);
    cr_assert(inventory_finish(world.inventory, &err), "%s", err.text);
    ini_done(&ini);
    correlate(s, &world);
    cr_expect_eq(number_of(s, "SELECT count(*) FROM alert WHERE superseded IS NULL"), 0);
}
