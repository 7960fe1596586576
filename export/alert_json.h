/* Pieces of the one JSON shape of an alert, for every format that carries JSON. */
#pragma once

#include "store/alert.h"
#include "util/community_id.h"
#include "util/str.h"

/* The whole alert as one object on one line, without a newline: export/alert-json.md. */
void export_json_alert(struct buf *out, const struct alert *alert, enum lang lang);
/* Its ExtendedProperties alone. */
void export_json_properties(struct buf *out, const struct alert *alert);
/* "tcp", "udp", "icmp", "icmp6", else the number; text needs 16 bytes. */
const char *export_protocol(int proto, char text[16]);

/* Of the connection that a record is about, with seed 0; false when it names none. */
bool export_community_id(const struct alert_evidence *e, char text[COMMUNITY_ID_SIZE]);

#define EXPORT_VENDOR "Tocsin" /* VendorName, ProviderName and ProductName */

/* A text in the language asked for, else in English; "" where the alert has none. */
const char *export_text(const char *const text[LANGS], enum lang lang);
