/* Ids of addresses and texts: the same for the same, through full caches, rollbacks and reopening. */
#include "tests/unit/records.h"
#include "tests/unit/scratch.h"

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(names, .init = setup, .fini = teardown);

static int64_t id_of(const char *ip)
{
    struct err err = {0};
    struct ipaddr a = address(ip);
    int64_t id = 0;
    cr_assert(store_address_id(db.s, &a, &id, &err), "%s", err.text);
    return id;
}

static void expect_address(int64_t id, const char *want)
{
    struct err err = {0};
    struct ipaddr ip, wanted = address(want);
    cr_assert(store_address(db.s, id, &ip, &err), "%s", err.text);
    cr_expect(ip_eq(&ip, &wanted), "%s", want);
}

static int64_t name_id(struct str name)
{
    struct err err = {0};
    int64_t id = -1;
    cr_assert(store_name_id(db.s, name, &id, &err), "%s", err.text);
    return id;
}

static const char *name_of(int64_t id)
{
    struct err err = {0};
    const char *name = NULL;
    cr_assert(store_name(db.s, id, &name, &err), "%s", err.text);
    return name;
}

/* ------------------------------------------------------------------ addresses */

Test(names, ipv4_addresses_are_their_own_ids_in_their_own_order)
{
    static const char *const ips[] = {
        "0.0.0.0", "10.0.0.1", "127.255.255.255", "128.0.0.0", "192.0.2.1", "255.255.255.255"};
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < sizeof ips / sizeof *ips; i++) {
        int64_t id = id_of(ips[i]);
        cr_expect_gt(id, before);
        cr_expect(store_id_is_v4(id));
        cr_expect(id >= INT32_MIN && id <= INT32_MAX, "four bytes are enough");
        expect_address(id, ips[i]);
        before = id;
    }
    cr_expect_eq(number_of(db.s, "SELECT count(*) FROM address6"), 0);
}

Test(names, ipv6_addresses_get_an_id_once)
{
    int64_t a = id_of("2001:db8::1"), b = id_of("2001:db8::2");
    cr_expect_geq(a, INT64_C(1) << 32);
    cr_expect_neq(a, b);
    cr_expect_not(store_id_is_v4(a));
    cr_expect_eq(id_of("2001:DB8:0::1"), a);
    expect_address(a, "2001:db8::1");
    expect_address(b, "2001:db8::2");
    scratch_reopen(&db, STORE_WRITE);
    cr_expect_eq(id_of("2001:db8::2"), b);
    cr_expect_eq(id_of("2001:db8::1"), a);
    cr_expect_eq(number_of(db.s, "SELECT count(*) FROM address6 WHERE text = '2001:db8::1'"), 1);
}

Test(names, an_ipv4_address_written_as_ipv6_is_the_ipv4_one)
{
    cr_expect_eq(id_of("::ffff:192.0.2.1"), id_of("192.0.2.1"));
}

/* An id that was handed out in a transaction that failed must not be used after it. */
Test(names, ids_of_a_rolled_back_transaction_are_void)
{
    struct err err = {0};
    int64_t kept = id_of("2001:db8::1");
    cr_assert(store_begin(db.s, &err), "%s", err.text);
    id_of("2001:db8::2");
    int64_t name = name_id(STR("rolled back"));
    store_rollback(db.s);
    int64_t other = id_of("2001:db8::3");
    cr_expect_eq(id_of("2001:db8::1"), kept);
    int64_t again = id_of("2001:db8::2");
    cr_expect_neq(other, again);
    expect_address(other, "2001:db8::3");
    expect_address(again, "2001:db8::2");
    int64_t next = name_id(STR("next"));
    cr_expect_eq(next, name, "the id is free again");
    cr_expect_str_eq(name_of(next), "next");
    cr_expect_neq(name_id(STR("rolled back")), next);
}

Test(names, an_id_that_was_never_handed_out_is_an_error)
{
    struct err err = {0};
    struct ipaddr ip;
    cr_expect_not(store_address(db.s, (INT64_C(1) << 32) + 5, &ip, &err));
    cr_expect_eq(err.code, ERR_DATA);
}

Test(names, more_addresses_than_are_remembered_keep_their_ids)
{
    struct err err = {0};
    struct ipaddr first = address("2001:db8::"), ip = first;
    int64_t before, id;
    cr_assert(store_begin(db.s, &err), "%s", err.text);
    cr_assert(store_address_id(db.s, &first, &before, &err), "%s", err.text);
    for (int i = 1; i < ADDRESS_CACHE_MAX + 100; i++) {
        ip.b[13] = (uint8_t)(i >> 16);
        ip.b[14] = (uint8_t)(i >> 8);
        ip.b[15] = (uint8_t)i;
        cr_assert(store_address_id(db.s, &ip, &id, &err), "%s", err.text);
    }
    cr_expect_leq(db.s->address_count, ADDRESS_CACHE_MAX);
    cr_assert(store_address_id(db.s, &first, &id, &err), "%s", err.text);
    cr_expect_eq(id, before);
    cr_expect_eq(number_of(db.s, "SELECT count(*) FROM address6"), ADDRESS_CACHE_MAX + 100);
    cr_assert(store_commit(db.s, &err), "%s", err.text);
}

/* ------------------------------------------------------------------ texts */

Test(names, a_text_has_one_id_and_the_empty_one_has_0)
{
    cr_expect_eq(name_id(STR("")), 0);
    cr_expect_eq(name_id(STR_NONE), 0);
    cr_expect_str_eq(name_of(0), "");
    int64_t ssh = name_id(STR("ssh")), upper = name_id(STR("SSH"));
    cr_expect_gt(ssh, 0);
    cr_expect_neq(ssh, upper);
    cr_expect_eq(name_id(STR("ssh")), ssh);
    scratch_reopen(&db, STORE_WRITE);
    cr_expect_eq(name_id(STR("ssh")), ssh);
    cr_expect_str_eq(name_of(upper), "SSH");
}

Test(names, texts_may_hold_any_bytes)
{
    int64_t a = name_id(STR("\xff\xfe")), b = name_id(STR("a\tb\n"));
    cr_expect_str_eq(name_of(a), "\xff\xfe");
    cr_expect_str_eq(name_of(b), "a\tb\n");
    scratch_reopen(&db, STORE_WRITE);
    cr_expect_eq(name_id(STR("\xff\xfe")), a);
}

Test(names, texts_stay_where_they_are_until_the_store_is_closed)
{
    struct err err = {0};
    int64_t id = name_id(STR("ssh"));
    const char *text = name_of(id);
    cr_assert(store_begin(db.s, &err), "%s", err.text);
    int64_t gone = name_id(STR("gone"));
    const char *text_gone = name_of(gone);
    store_rollback(db.s);
    for (int i = 0; i < 2000; i++) {
        char name[20];
        snprintf(name, sizeof name, "name %d", i);
        name_of(name_id(str_of(name)));
    }
    cr_expect_str_eq(text, "ssh");
    cr_expect_str_eq(text_gone, "gone");
    cr_expect_str_eq(name_of(gone), "name 0", "the id means something else by now");
}

Test(names, more_texts_than_are_remembered_keep_their_ids)
{
    struct err err = {0};
    char name[20];
    int64_t id;
    cr_assert(store_begin(db.s, &err), "%s", err.text);
    int64_t first = name_id(STR("first"));
    for (int i = 0; i < NAME_CACHE_MAX + 100; i++) {
        snprintf(name, sizeof name, "%d", i);
        cr_assert(store_name_id(db.s, str_of(name), &id, &err), "%s", err.text);
    }
    cr_expect_leq(db.s->name_count, NAME_CACHE_MAX);
    cr_expect_eq(name_id(STR("first")), first);
    cr_expect_str_eq(name_of(id), name);
    cr_assert(store_commit(db.s, &err), "%s", err.text);
}
