/* Zeek's own log form: a header that declares separator and columns, then rows. */
#pragma once

#include "ingest/zeek/zeek_row.h"

#include <stdbool.h>

#define ZEEK_SEPARATOR_MAX 8
#define ZEEK_MARK_MAX      32 /* the texts for "unset" and "empty" */
#define ZEEK_NAME_MAX      64 /* of a first column that is kept to know a repeated header by */

/* A short text kept by value, so that a header can be copied. */
struct zeek_mark {
    char text[ZEEK_MARK_MAX];
    uint8_t len;
};

/* The header in force. Set up by zeek_tsv_init(); plain data, may be copied. */
struct zeek_tsv {
    struct zeek_mark separator, unset, empty;
    char set_separator;     /* between the elements of a set or vector */
    bool in_header;         /* the last line belonged to a header */
    bool has_columns;       /* a #fields line or its like was read */
    bool hashless;          /* the header was a bare line of column names, which may come again */
    bool has_path;          /* #path was read */
    bool open_log;          /* rows of connections that still go on: never kept */
    uint8_t path_log;       /* enum zeek_log that #path names */
    uint8_t log;            /* enum zeek_log of the rows */
    uint16_t columns;       /* as the header line separates them */
    uint16_t required;      /* without label columns at the end, which rows may glue or lack */
    uint16_t most;          /* with label columns that the header itself glues */
    struct zeek_mark first; /* the name of the first column */
    uint8_t field[ZEEK_MAX_COLUMNS]; /* enum zeek_field of each column */
};

void zeek_tsv_init(struct zeek_tsv *t);

/* True for a line of column names as in a log of Zeek that is kept. */
bool zeek_tsv_is_names(struct str line);
/* True for a row that fits the columns of conn.log; sets the header that such a row needs. */
bool zeek_tsv_guess(struct zeek_tsv *t, struct str line);

/* A line that begins with '#'. True when a header begins with it. */
bool zeek_tsv_header(struct zeek_tsv *t, struct str line);
/* A bare line of column names becomes the header. */
void zeek_tsv_names(struct zeek_tsv *t, struct str line);
/* True when the line repeats a bare header. */
bool zeek_tsv_repeats(const struct zeek_tsv *t, struct str line);

/* A row of a log that is kept: adds its record, or says why not. */
enum reject zeek_tsv_row(
    struct zeek_tsv *t, struct str line, struct batch *batch, enum ignore *ignored);
