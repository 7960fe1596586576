/* Looks at every byte of the records of a batch, so that a sanitizer sees a slice that points elsewhere, and
 * at the bounds that whoever stores them relies on. */
#pragma once

#include "store/record.h"

#include <stdlib.h>

static inline void touch_flow(const struct flow *f, uint64_t *sum)
{
    if (f->answer > ANSWER_DATA || f->state >= STATES || f->orig_bytes < -1 || f->resp_bytes < -1 ||
        f->orig_ip_bytes < -1 || f->resp_ip_bytes < -1 || f->duration_us < -1)
        abort();
    *sum = str_hash(f->uid, str_hash(f->service, str_hash(f->history, *sum))) + f->answer;
    *sum += (uint64_t)f->t_us + f->conn.orig_port + f->state;
}

static inline void touch_login(const struct login *l, uint64_t *sum)
{
    if (l->success < -1 || l->success > 1 || l->attempts < -1)
        abort();
    *sum = str_hash(l->uid, str_hash(l->user, str_hash(l->client, str_hash(l->service, *sum))));
    *sum += (uint64_t)l->t_us + (uint64_t)l->success;
}

static inline void touch_signature(const struct signature *s, uint64_t *sum)
{
    *sum = str_hash(s->name, str_hash(s->category, str_hash(s->action, *sum)));
    *sum = str_hash(s->uid, str_hash(s->message, *sum)) + s->sid;
}

static inline void touch_name(const struct name_seen *n, uint64_t *sum)
{
    if (n->name.len == 0 || n->name.len > NAME_SEEN_MAX || n->answer_count > NAME_ANSWERS_MAX ||
        n->kind == 0 || n->kind >= NAME_KINDS)
        abort();
    *sum = str_hash(n->name, str_hash(n->uid, *sum));
    for (int i = 0; i < n->answer_count; i++)
        *sum = str_hash((struct str){(const char *)n->answers[i].b, 16}, *sum);
}

/* The same for the same records. */
static inline uint64_t touch_batch(const struct batch *b)
{
    uint64_t sum = STR_HASH_START;

    for (size_t i = 0; i < b->flow_count; i++)
        touch_flow(&b->flows[i], &sum);
    for (size_t i = 0; i < b->login_count; i++)
        touch_login(&b->logins[i], &sum);
    for (size_t i = 0; i < b->signature_count; i++)
        touch_signature(&b->signatures[i], &sum);
    for (size_t i = 0; i < b->name_count; i++)
        touch_name(&b->names[i], &sum);
    return sum;
}
