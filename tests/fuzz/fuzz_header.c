/* Any lines as a Zeek log whose header changes, cut into two pieces. The second must be read alike by a parser that read
 * the first line by line, by one that only skimmed it, by a copy of that, and by one that was given
 * no more than the header in force. The first byte says where to cut. */
#include "ingest/parser.h"
#include "tests/fuzz/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
    uint64_t sum, lines, header_offset; /* of the last header; UINT64_MAX: none */
};

static struct parser *open_parser(struct str text)
{
    struct parser *p = parser_new();
    const char *why;

    if (p)
        parser_detect(p, text, "conn.log", &why);
    return p;
}

/* Outcomes and records of whole lines. */
static struct reading read_lines(struct parser *p, struct str text)
{
    struct reading r = {.sum = STR_HASH_START, .header_offset = UINT64_MAX};
    struct batch b = {0};
    const char *start = text.p;

    while (text.len > 0) {
        struct str line = str_cut(&text, '\n');
        unsigned char outcome[3] = {(unsigned char)parser_line(p, line, &b)};
        outcome[1] = (unsigned char)parser_reject(p);
        outcome[2] = (unsigned char)parser_ignore(p);
        if (parser_header_began(p))
            r.header_offset = (uint64_t)(line.p - start);
        r.sum = str_hash((struct str){(const char *)outcome, 3}, r.sum) + touch_batch(&b);
        r.lines++;
        batch_clear(&b);
    }
    batch_done(&b);
    return r;
}

/* The header lines at the beginning, as whoever takes a log up again reads them. */
static void feed_header(struct parser *p, struct str text)
{
    struct batch b = {0};

    while (text.len > 0 && parser_line(p, str_cut(&text, '\n'), &b) == PARSE_IGNORED &&
           parser_ignore(p) == IGNORE_HEADER)
        continue;
    batch_done(&b);
}

/* Nothing without a header. */
static struct str from(struct str text, uint64_t offset)
{
    return offset < text.len ? (struct str){text.p + offset, text.len - offset} : STR_NONE;
}

/* A header that says its separator, or that needs none; Zeek begins every header with it. */
static bool is_whole_header(struct str text, uint64_t offset)
{
    size_t before = offset < text.len ? (size_t)offset : 0;

    return str_starts(from(text, offset), STR("#separator")) ||
           !memmem(text.p, before, "#separator", strlen("#separator"));
}

static void expect(struct parser *p, struct str text, struct reading wanted)
{
    struct reading r = read_lines(p, text);

    if (r.sum != wanted.sum || r.lines != wanted.lines || r.header_offset != wanted.header_offset)
        abort();
}

/* Behind the line in which so much of the text ends. */
static struct str cut_lines(struct str *text, size_t at)
{
    const char *newline = at < text->len ? memchr(text->p + at, '\n', text->len - at) : NULL;
    size_t length = newline ? (size_t)(newline + 1 - text->p) : 0;
    struct str before = {text->p, length};

    *text = (struct str){text->p + length, text->len - length};
    return before;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str whole = {(const char *)data + 1, size - 1}, second = whole;
    struct str first = cut_lines(&second, (size_t)data[0] * whole.len / 256);
    struct parser *reads = open_parser(whole), *skims = open_parser(whole),
                  *copy = open_parser(whole), *resumes = open_parser(whole);

    if (reads && skims && copy && resumes) {
        struct reading before = read_lines(reads, first), after = read_lines(reads, second);
        parser_skim(skims, first);
        parser_copy(copy, skims);
        expect(skims, second, after);
        expect(copy, second, after);
        if (is_whole_header(first, before.header_offset)) {
            feed_header(resumes, from(first, before.header_offset));
            expect(resumes, second, after);
        }
    }
    parser_free(reads);
    parser_free(skims);
    parser_free(copy);
    parser_free(resumes);
    return 0;
}
