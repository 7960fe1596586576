/* Any bytes as a Zeek log: detection, headers, rows of both forms. Every record must point into the
 * input or into its batch, and the same parser must read the same text alike a second time. */
#include "ingest/parser.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte of a slice, so that a sanitizer sees one that points elsewhere. */
static uint64_t touch(struct str s, uint64_t seed)
{
    return str_hash(s, seed);
}

static uint64_t touch_batch(const struct batch *b)
{
    uint64_t sum = STR_HASH_START;

    for (size_t i = 0; i < b->flow_count; i++) {
        const struct flow *f = &b->flows[i];
        sum = touch(f->uid, touch(f->service, touch(f->history, sum))) + f->answer;
        if (f->answer > ANSWER_DATA || f->state >= STATES || f->orig_bytes < -1 ||
            f->duration_us < -1)
            abort();
    }
    for (size_t i = 0; i < b->login_count; i++) {
        const struct login *l = &b->logins[i];
        sum = touch(l->uid, touch(l->user, touch(l->client, touch(l->service, sum))));
        if (l->success < -1 || l->success > 1 || l->attempts < -1)
            abort();
    }
    for (size_t i = 0; i < b->signature_count; i++)
        sum = touch(b->signatures[i].name,
            touch(b->signatures[i].category, touch(b->signatures[i].message, sum)));
    for (size_t i = 0; i < b->name_count; i++) {
        const struct name_seen *n = &b->names[i];
        if (n->name.len == 0 || n->name.len > NAME_SEEN_MAX || n->answer_count > NAME_ANSWERS_MAX)
            abort();
        sum = touch(n->name, touch(n->uid, sum));
        for (int k = 0; k < n->answer_count; k++)
            sum = touch((struct str){(const char *)n->answers[k].b, 16}, sum);
    }
    return sum;
}

/* Every line comes to exactly what the parser says. */
static void read_line(struct parser *p, struct str line, struct batch *b)
{
    size_t before = batch_count(b);
    enum parse parse = parser_line(p, line, b);
    size_t added = batch_count(b) - before;

    if (added != (parse == PARSE_RECORD) ||
        (parse == PARSE_REJECTED) != (parser_reject(p) != REJECT_NONE) ||
        (parse == PARSE_IGNORED) != (parser_ignore(p) != IGNORE_NONE))
        abort();
}

static uint64_t read_all(struct parser *p, struct str text)
{
    struct batch b = {0};
    const char *why;
    uint64_t sum;

    parser_detect(p, text, "conn.log", &why);
    while (text.p)
        read_line(p, str_cut(&text, '\n'), &b);
    sum = touch_batch(&b);
    batch_done(&b);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct parser *p = parser_new();

    if (!p)
        return 0;
    if (read_all(p, text) != read_all(p, text))
        abort();
    parser_free(p);
    return 0;
}
