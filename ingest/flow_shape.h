/* From what a sensor measured to how the responder took it. No text is read here but Zeek's
 * history letters. */
#pragma once

#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

enum tcp_flag { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* Sets f->answer and f->flags of a Zeek connection from its state, history and figures. */
void flow_shape_zeek(struct flow *f);

/* What EVE says of a flow besides its figures. */
struct eve_flow {
    int64_t bytes_toserver, bytes_toclient; /* of whole frames; -1 unknown */
    bool flags_known;                       /* the tcp block is there and was filled */
    uint8_t flags_ts, flags_tc;             /* enum tcp_flag seen in each direction */
    bool app_known;                         /* app_proto names a protocol */
    struct str flow_state, tcp_state;       /* "new", "established"; "syn_sent", "closed" */
};

/* Reckons f's bytes from frame bytes and packets and sets f->state, f->answer and f->flags.
 * Needs f->conn and f->*_pkts. */
void flow_shape_eve(struct flow *f, const struct eve_flow *seen);
