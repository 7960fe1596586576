/* Inflating gzip data, one member after the other. Wraps zlib, or ISA-L where the program was built
 * with it, which takes about half the time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct inflate;

enum inflated {
    INFLATED_SOME,   /* go on with more input or more room */
    INFLATED_MEMBER, /* the member ended here; inflate_reset() for the next */
    INFLATED_DAMAGED,
};

struct inflate *inflate_new(void); /* NULL without memory */
void inflate_free(struct inflate *z);
/* At the beginning of a member, its header included. */
void inflate_reset(struct inflate *z);
/* Takes from *in and fills *out as far as both reach, and moves them on. */
enum inflated inflate_step(
    struct inflate *z, const unsigned char **in, size_t *in_len, char **out, size_t *out_len);
