/* Runs the lines of a piece through a parser and keeps the books. Touches nothing else, so that
 * several pieces can be taken at once. */
#include "ingest/account.h"

static void clear(struct account *a)
{
    batch_clear(&a->batch);
    *a = (struct account){.batch = a->batch, .header_offset = -1};
}

void account_done(struct account *a)
{
    batch_done(&a->batch);
    *a = (struct account){0};
}

static void note_reject(struct account *a, enum reject reason, struct str line, int64_t offset)
{
    a->rejected++;
    if (a->rejects[reason]++ == 0) {
        a->told[a->told_count] = reason;
        a->told_line[a->told_count++] = a->lines;
    }
    if (a->rejects[reason] > NOTES_PER_REASON)
        return;
    a->notes[a->note_count++] = (struct reject_note){
        .reason = (int)reason,
        .offset = offset,
        .line = a->lines,
        .text = {line.p, line.len < NOTE_TEXT_BYTES ? line.len : NOTE_TEXT_BYTES},
    };
}

static void take_line(struct account *a, struct parser *parser, struct str line, int64_t offset)
{
    enum parse parse = parser_line(parser, line, &a->batch);
    enum ignore ignored = parser_ignore(parser);

    a->lines++;
    if (parse == PARSE_IGNORED)
        a->ignored[ignored]++;
    else if (parse == PARSE_REJECTED)
        note_reject(a, parser_reject(parser), line, offset);
    if (ignored != IGNORE_HEADER)
        a->has_rows = true;
    if (parser_header_began(parser))
        a->header_offset = offset;
}

/* A line that does not fit is known by its beginning alone. */
static void take_overlong(struct account *a, const struct piece *piece)
{
    a->lines++;
    a->has_rows = true;
    note_reject(a, REJECT_TOO_LONG, piece->text, piece->offset);
}

void account_take(struct account *a, struct parser *parser, const struct piece *piece)
{
    const char *at = piece->text.p, *end = at + piece->text.len;

    clear(a);
    if (piece->overlong) {
        take_overlong(a, piece);
        return;
    }
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        take_line(
            a, parser, (struct str){at, (size_t)(stop - at)}, piece->offset + (at - piece->text.p));
        at = newline ? newline + 1 : end;
    }
}
