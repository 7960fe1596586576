/* Numbers in a row of bytes: seven bits a byte, the lowest first; of signed ones the sign is the lowest
 * bit of all, so that what is near 0 is short. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define VARINT_MAX 10 /* bytes of the longest */

static inline uint8_t *varint_put_u(uint8_t *to, uint64_t n)
{
    for (; n >= 128; n >>= 7)
        *to++ = (uint8_t)(n | 128);
    *to++ = (uint8_t)n;
    return to;
}

/* A signed number as an unsigned one: 0, -1, 1, -2, … */
static inline uint64_t varint_fold(int64_t n)
{
    return (uint64_t)n << 1 ^ (uint64_t)(n >> 63);
}

static inline int64_t varint_unfold(uint64_t folded)
{
    return (int64_t)(folded >> 1 ^ (~(folded & 1) + 1));
}

static inline uint8_t *varint_put_i(uint8_t *to, int64_t n)
{
    return varint_put_u(to, varint_fold(n));
}

/* Takes one from *at, which is before `end`; false where none ends there. */
static inline bool varint_take_u(const uint8_t **at, const uint8_t *end, uint64_t *n)
{
    uint64_t taken = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        taken |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *n = taken;
            return true;
        }
    }
    return false;
}

static inline bool varint_take_i(const uint8_t **at, const uint8_t *end, int64_t *n)
{
    uint64_t folded = 0;
    bool taken = varint_take_u(at, end, &folded);
    if (taken)
        *n = varint_unfold(folded);
    return taken;
}
