/* Any bytes as a Zeek log: detection, headers, rows of both forms. Every record must point into the
 * input or into its batch, and the same parser must read the same text alike a second time. */
#include "ingest/parser.h"
#include "tests/fuzz/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
