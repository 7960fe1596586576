/* The quick way through a line of JSON: most lines hold neither escapes nor anything unusual, and the
 * keys of one come in the order of the lines before it. */
#pragma once

#include "ingest/json_keys.h"

#define JSON_GUESSES     1024
#define JSON_GUESS_TEXT  32 /* two blocks of SSE2 */
#define JSON_GUESS_NEXT  8
#define JSON_GUESS_DEPTH 7

/* What stood between two plain values, or between one and an end of the line, as it stood:
 * },"tcp":{"state":"  with the quote that opens the next. It was read once; whoever meets the same
 * text in the same place need not read it again. */
struct json_guess {
    char text[JSON_GUESS_TEXT];
    uint16_t
        next[JSON_GUESS_NEXT]; /* what came after the value behind it, the newest first; 0: none */
    uint8_t len;               /* of the text; 0: a free place */
    uint8_t field;             /* of the value behind it */
    bool quoted, keyed,
        item;       /* it is a string; stands behind a key that is asked for; may be an item */
    uint8_t depth;  /* where it stands; 0: the line ends here */
    uint8_t arrays; /* bit per level: it is an array */
    uint8_t object[JSON_GUESS_DEPTH]; /* number of the object or array at each level */
};

struct json_guesses {
    struct json_guess list[JSON_GUESSES]; /* the first stands for the beginning of a line */
    unsigned count;
};

/* Reads a line that is one object, and plain, as json_parse() does. False: it is not, or not surely:
 * then `values` may hold anything, and yajl must decide. guesses: zeroed at first, then kept from line
 * to line; of one table of keys only. */
bool json_scan(const struct json_keys *keys, struct json_guesses *guesses, struct str line,
    struct json_line *values);
