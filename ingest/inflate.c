/* Inflates gzip members with ISA-L where the build found it, else with zlib. */
#include "ingest/inflate.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef HAVE_ISAL

#include <isa-l/igzip_lib.h>

struct inflate {
    struct inflate_state state;
};

struct inflate *inflate_new(void)
{
    struct inflate *z = malloc(sizeof(*z));

    if (z)
        inflate_reset(z);
    return z;
}

void inflate_free(struct inflate *z)
{
    free(z);
}

void inflate_reset(struct inflate *z)
{
    isal_inflate_init(&z->state);
    z->state.crc_flag = ISAL_GZIP; /* reads the header, checks sum and length */
}

enum inflated inflate_step(
    struct inflate *z, const unsigned char **in, size_t *in_len, char **out, size_t *out_len)
{
    int status;

    z->state.next_in = (uint8_t *)(uintptr_t)*in;
    z->state.avail_in = (uint32_t)*in_len;
    z->state.next_out = (uint8_t *)*out;
    z->state.avail_out = (uint32_t)*out_len;
    status = isal_inflate(&z->state);
    *in = z->state.next_in;
    *in_len = z->state.avail_in;
    *out = (char *)z->state.next_out;
    *out_len = z->state.avail_out;
    if (status < 0 || status == ISAL_NEED_DICT)
        return INFLATED_DAMAGED;
    return z->state.block_state == ISAL_BLOCK_FINISH ? INFLATED_MEMBER : INFLATED_SOME;
}

#else

#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* the largest window, gzip wrapping only */

struct inflate {
    z_stream z;
};

struct inflate *inflate_new(void)
{
    struct inflate *z = calloc(1, sizeof(*z));

    if (!z || inflateInit2(&z->z, GZIP_WINDOW) == Z_OK)
        return z;
    free(z);
    return NULL;
}

void inflate_free(struct inflate *z)
{
    if (z)
        inflateEnd(&z->z);
    free(z);
}

void inflate_reset(struct inflate *z)
{
    inflateReset(&z->z);
}

enum inflated inflate_step(
    struct inflate *z, const unsigned char **in, size_t *in_len, char **out, size_t *out_len)
{
    int status;

    z->z.next_in = (unsigned char *)(uintptr_t)*in;
    z->z.avail_in = (unsigned)*in_len;
    z->z.next_out = (unsigned char *)*out;
    z->z.avail_out = (unsigned)*out_len;
    status = inflate(&z->z, Z_NO_FLUSH);
    *in = z->z.next_in;
    *in_len = z->z.avail_in;
    *out = (char *)z->z.next_out;
    *out_len = z->z.avail_out;
    if (status == Z_STREAM_END)
        return INFLATED_MEMBER;
    return status == Z_OK || status == Z_BUF_ERROR ? INFLATED_SOME : INFLATED_DAMAGED;
}

#endif
