/* Numbers in bytes: every length, and what is no number. */
#include "util/varint.h"

#include <criterion/criterion.h>

static void expect_back(int64_t n, int want_len)
{
    uint8_t bytes[VARINT_MAX + 1];
    const uint8_t *at = bytes, *end = varint_put_i(bytes, n);
    int64_t back = ~n;
    cr_expect_eq(end - bytes, want_len, "%lld takes %d bytes", (long long)n, (int)(end - bytes));
    cr_expect(varint_take_i(&at, end, &back));
    cr_expect_eq(back, n, "%lld became %lld", (long long)n, (long long)back);
    cr_expect_eq(at, end);
}

Test(varint, gives_back_numbers_at_the_edges_of_every_length)
{
    expect_back(0, 1);
    for (int bits = 6, len = 1; bits < 63; bits += 7, len++) {
        int64_t edge = INT64_C(1) << bits;
        expect_back(edge - 1, len);
        expect_back(edge, len + 1);
        expect_back(-edge, len);
        expect_back(-edge - 1, len + 1);
    }
    expect_back(INT64_MAX, VARINT_MAX);
    expect_back(INT64_MIN, VARINT_MAX);
}

Test(varint, takes_one_after_the_other)
{
    uint8_t bytes[3 * VARINT_MAX];
    const uint8_t *at = bytes, *end = varint_put_u(varint_put_u(bytes, UINT64_MAX), 5);
    uint64_t n;
    cr_expect(varint_take_u(&at, end, &n));
    cr_expect_eq(n, UINT64_MAX);
    cr_expect(varint_take_u(&at, end, &n));
    cr_expect_eq(n, 5);
    cr_expect_not(varint_take_u(&at, end, &n));
}

Test(varint, takes_nothing_that_does_not_end)
{
    static const uint8_t endless[] = {128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1};
    const uint8_t *at = endless;
    uint64_t n = 7;
    cr_expect_not(varint_take_u(&at, endless + 3, &n));
    at = endless;
    cr_expect_not(varint_take_u(&at, endless + sizeof endless, &n));
    cr_expect_eq(n, 7);
}
