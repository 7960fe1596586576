/* The quick way through a line of JSON: most lines hold neither escapes nor anything unusual, and the
 * keys of one come in the order of the lines before it. */
#pragma once

#include "ingest/json_keys.h"

#define JSON_GUESSES    256
#define JSON_GUESS_TEXT 32 /* two blocks of SSE2 */
#define JSON_GUESS_NEXT 4

/* A key that was met, as it stood: "dest_port":  */
struct json_guess {
    const struct json_key *key; /* NULL: nobody asks for it */
    uint8_t object;
    uint8_t len;                   /* 0: none */
    uint8_t next[JSON_GUESS_NEXT]; /* the keys that came after it, the newest first */
    char text[JSON_GUESS_TEXT];
};

struct json_guesses {
    struct json_guess list[JSON_GUESSES]; /* the first stands for the beginning of a line */
};

/* Reads a line that is one object, and plain, as json_parse() does. False: it is not, or not surely:
 * then `values` may hold anything, and yajl must decide. guesses: zeroed at first, then kept from line
 * to line; of one table of keys only. */
bool json_scan(const struct json_keys *keys, struct json_guesses *guesses, struct str line,
    struct json_line *values);
