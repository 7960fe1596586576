/* Names that are the same wherever they are made: the examples of RFC 9562. */
#include "util/uuid.h"

#include <criterion/criterion.h>

/* RFC 9562 §6.6: name spaces of domain names and of URLs. */
static const uint8_t dns[16] = {
    0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

static void expect_uuid(const uint8_t space[16], struct str name, const char *want)
{
    char text[UUID_TEXT_SIZE];
    uuid_v5(space, name, text);
    cr_expect_str_eq(text, want);
}

Test(uuid, is_that_of_the_standard)
{
    expect_uuid(dns, STR("www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    expect_uuid(dns, STR("python.org"), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

Test(uuid, takes_any_bytes_of_any_length)
{
    char text[UUID_TEXT_SIZE], other[UUID_TEXT_SIZE];
    uuid_v5(dns, STR("a\0b"), text);
    uuid_v5(dns, STR("a"), other);
    cr_expect_str_neq(text, other);
    uuid_v5(dns, STR(""), text);
    cr_expect_eq(strlen(text), UUID_TEXT_SIZE - 1);
    cr_expect_eq(text[14], '5', "version in %s", text);
    cr_expect_neq(strchr("89ab", text[19]), NULL, "variant in %s", text);
}

Test(uuid, depends_on_the_name_space)
{
    uint8_t other[16];
    char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE];
    memcpy(other, dns, sizeof other);
    other[15] ^= 1;
    uuid_v5(dns, STR("x"), a);
    uuid_v5(other, STR("x"), b);
    cr_expect_str_neq(a, b);
}
