/* Lines of JSON through one of the readers of lines. A line alone and the same line after others must be read
 * alike: a broken line leaves nothing behind. */
#pragma once

#include "ingest/json.h"
#include "tests/fuzz/batch.h"

struct line_reader {
    struct json *(*make)(void);
    enum reject (*read)(
        struct json *json, struct str line, struct batch *batch, enum ignore *ignored);
};

static inline void read_alone(const struct line_reader *how, struct str line, enum reject reason,
    enum ignore ignored, uint64_t sum)
{
    struct json *fresh = how->make();
    struct batch alone = {0};
    enum ignore ignored_alone;

    if (fresh &&
        (how->read(fresh, line, &alone, &ignored_alone) != reason ||
            (reason == REJECT_NONE && ignored != ignored_alone) || touch_batch(&alone) != sum))
        abort();
    batch_done(&alone);
    json_free(fresh);
}

static inline void read_lines(const struct line_reader *how, struct str text)
{
    struct json *json = how->make();
    struct batch b = {0};

    while (json && text.p) {
        struct str line = str_cut(&text, '\n');
        enum ignore ignored;
        enum reject reason = how->read(json, line, &b, &ignored);
        if (batch_count(&b) != (reason == REJECT_NONE && ignored == IGNORE_NONE))
            abort();
        read_alone(how, line, reason, ignored, touch_batch(&b));
        batch_clear(&b);
    }
    batch_done(&b);
    json_free(json);
}
