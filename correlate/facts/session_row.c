/* Sessions into rows, and back. */
#include "correlate/facts/session_row.h"

static const struct row_column columns[] = {
    ROW_AT(ROW_I64, session_row, ident),
    ROW_AT(ROW_NUMBER, session_row, twin),
    ROW_AT(ROW_I64, session_row, flow),
    ROW_AT(ROW_I64, session_row, login),
    ROW_AT(ROW_BLOB, session_row, says),
};

const struct row_shape session_rows = ROW_SHAPE("new_session", session_row, columns);

/* What stands where in the traits, the lowest bits first: most sessions differ in what fits one byte. */
enum trait_bits {
    DIRECTION_BITS = 2,
    SHAPE_BITS = 3,
    SUCCESS_BITS = 2, /* plus 1: -1, 0, 1 */
    INTERNAL_BITS = 1,
    EXCHANGED_BITS = 2,
};

/* Puts `value` above what is there, *at bits. */
static unsigned trait(int value, enum trait_bits bits, unsigned *at)
{
    unsigned put = ((unsigned)value & ((1u << bits) - 1)) << *at;
    *at += bits;
    return put;
}

static int take_trait(uint64_t *traits, enum trait_bits bits)
{
    int value = (int)(*traits & ((1u << bits) - 1));
    *traits >>= bits;
    return value;
}

static unsigned traits_of(const struct session *s)
{
    unsigned at = 0, traits = trait(s->direction, DIRECTION_BITS, &at);
    traits |= trait(s->shape, SHAPE_BITS, &at);
    traits |= trait(s->success + 1, SUCCESS_BITS, &at);
    traits |= trait(s->internal, INTERNAL_BITS, &at);
    traits |= trait(s->exchanged, EXCHANGED_BITS, &at);
    traits |= trait(s->told_success + 1, SUCCESS_BITS, &at);
    return traits | trait(s->told_exchanged, EXCHANGED_BITS, &at);
}

static void take_traits(struct session *s, uint64_t traits)
{
    s->direction = (uint8_t)take_trait(&traits, DIRECTION_BITS);
    s->shape = (uint8_t)take_trait(&traits, SHAPE_BITS);
    s->success = (int8_t)(take_trait(&traits, SUCCESS_BITS) - 1);
    s->internal = (uint8_t)take_trait(&traits, INTERNAL_BITS);
    s->exchanged = (uint8_t)take_trait(&traits, EXCHANGED_BITS);
    s->told_success = (int8_t)(take_trait(&traits, SUCCESS_BITS) - 1);
    s->told_exchanged = (uint8_t)take_trait(&traits, EXCHANGED_BITS);
}

void session_pack(const struct session *s, struct session_row *row)
{
    const int64_t numbers[SESSION_NUMBERS] = {s->own, s->remote, s->service, s->port, s->flow_t,
        s->login_t, s->tries, s->scale - 1, s->told_tries};
    row->ident = s->ident;
    row->twin = s->twin;
    row->flow = s->flow;
    row->login = s->login;
    int count = SESSION_NUMBERS;
    while (count > 0 && numbers[count - 1] == 0)
        count--;
    uint8_t *end = varint_put_u(row->bytes, traits_of(s));
    for (int i = 0; i < count; i++)
        end = varint_put_i(end, numbers[i]);
    row->says = (struct str){(const char *)row->bytes, (size_t)(end - row->bytes)};
}

static bool unpack(struct str says, struct session *s)
{
    const uint8_t *at = (const uint8_t *)says.p, *end = at + says.len;
    int64_t numbers[SESSION_NUMBERS] = {0};
    uint64_t traits;
    if (!varint_take_u(&at, end, &traits))
        return false;
    take_traits(s, traits);
    for (int i = 0; i < SESSION_NUMBERS && at < end; i++)
        if (!varint_take_i(&at, end, &numbers[i]))
            return false;
    s->own = numbers[0];
    s->remote = numbers[1];
    s->service = numbers[2];
    s->port = (uint16_t)numbers[3];
    s->flow_t = numbers[4];
    s->login_t = numbers[5];
    s->tries = numbers[6];
    s->scale = numbers[7] + 1;
    s->told_tries = numbers[8];
    return at == end;
}

bool session_read(struct query *q, struct session *s, struct err *err)
{
    struct session read = {
        .ident = query_i(q, 0),
        .twin = query_null(q, 1) ? SESSION_TWIN_UNKNOWN : query_i(q, 1),
        .flow = query_i(q, 2),
        .login = query_i(q, 3),
    };
    if (!unpack(query_s(q, 4), &read))
        return err_set(err, ERR_DATA, "session %lld is damaged", (long long)read.ident);
    *s = read;
    return true;
}
