/* Any bytes as lines of EVE, read by the EVE reader whatever they look like. */
#include "ingest/eve.h"
#include "ingest/json.h"
#include "ingest/parser.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t touch_last(const struct batch *b)
{
    uint64_t sum = STR_HASH_START;

    if (b->flow_count > 0) {
        const struct flow *f = &b->flows[b->flow_count - 1];
        sum = str_hash(f->uid, str_hash(f->service, sum));
        if (f->answer > ANSWER_DATA || f->state >= STATES || f->orig_bytes < -1 ||
            f->resp_ip_bytes < -1 || f->duration_us < -1)
            abort();
    }
    if (b->login_count > 0) {
        const struct login *l = &b->logins[b->login_count - 1];
        sum = str_hash(l->user, str_hash(l->client, str_hash(l->uid, sum)));
    }
    if (b->signature_count > 0) {
        const struct signature *s = &b->signatures[b->signature_count - 1];
        sum = str_hash(s->name, str_hash(s->category, str_hash(s->action, sum)));
    }
    if (b->name_count > 0) {
        const struct name_seen *n = &b->names[b->name_count - 1];
        if (n->name.len == 0 || n->name.len > NAME_SEEN_MAX || n->answer_count > NAME_ANSWERS_MAX)
            abort();
        sum = str_hash(n->name, str_hash(n->uid, sum));
        for (int i = 0; i < n->answer_count; i++)
            sum = str_hash((struct str){(const char *)n->answers[i].b, 16}, sum);
    }
    return sum;
}

/* A line alone and the same line after others must be read alike: a broken line leaves nothing. */
static void read_line(struct json *j, struct str line, struct batch *b)
{
    size_t before = batch_count(b);
    struct json *fresh = eve_json_new();
    struct batch alone = {0};
    enum ignore ignored, ignored_alone;
    enum reject reason = eve_line(j, line, b, &ignored);

    if (batch_count(b) - before != (reason == REJECT_NONE && ignored == IGNORE_NONE))
        abort();
    if (fresh) {
        enum reject reason_alone = eve_line(fresh, line, &alone, &ignored_alone);
        if (reason != reason_alone || (reason == REJECT_NONE && ignored != ignored_alone))
            abort();
        if (batch_count(&alone) > 0 && batch_count(b) == 1 && touch_last(&alone) != touch_last(b))
            abort();
    }
    batch_clear(b);
    batch_done(&alone);
    json_free(fresh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct json *j = eve_json_new();
    struct batch b = {0};

    while (j && text.p)
        read_line(j, str_cut(&text, '\n'), &b);
    batch_done(&b);
    json_free(j);
    return 0;
}
