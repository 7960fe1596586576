/* Fingerprints of TLS clients, servers and certificates, in the one form that is kept: "ja3:…" and
 * "ja3s:…" with 32 hexadecimal digits, "ja4:…", "sha1:…" and "sha256:…" of a certificate. */
#pragma once

#include "store/record.h"

#include <stdbool.h>

enum print_kind { PRINT_JA3, PRINT_JA3S, PRINT_JA4, PRINT_CERTIFICATE, PRINT_KINDS };

#define PRINT_TEXT_SIZE 80 /* "sha256:", 64 digits and a NUL, with room to spare */

/* From the hash as logs and feeds write it: capitals, or colons between the bytes of a certificate's.
 * False for what is none. */
bool print_text(enum print_kind kind, struct str hash, char text[PRINT_TEXT_SIZE]);
/* From one that says itself what it is: "ja3:…". */
bool print_parse(struct str s, char text[PRINT_TEXT_SIZE]);

/* Those of one connection, with blanks between. */
struct prints {
    char text[PRINT_KINDS * PRINT_TEXT_SIZE];
    size_t len;
};
/* Notes a hash when it is one. */
void prints_note(struct prints *p, enum print_kind kind, struct str hash);
/* Copies them behind the record; false without memory. */
bool prints_keep(const struct prints *p, struct arena *text, struct name_seen *n);
