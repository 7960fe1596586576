/* A ring of pieces: each is read, then parsed, then taken, by whoever is free. Reading goes on one
 * piece at a time and in order; headers are skimmed right then, so that every piece is parsed with
 * the header in force at its beginning. */
#include "ingest/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_AHEAD 2 /* pieces waiting for a parser: with more, reading can wait */

enum stage { STAGE_READING, STAGE_READ, STAGE_PARSING, STAGE_PARSED };
enum outcome { OUTCOME_PIECE, OUTCOME_END, OUTCOME_FAILED };

struct slot {
    enum stage stage;
    enum outcome outcome;
    struct piece piece;
    struct parser *parser; /* as at the piece's beginning */
    struct account account;
    struct err err;
};

struct pipeline {
    unsigned threads_wanted; /* besides the caller's */
    unsigned thread_count;
    pthread_t threads[PIPELINE_THREADS_MAX];

    struct reader *reader;
    struct parser *parser; /* as at the end of what was read */

    pthread_mutex_t lock; /* over all that follows; not over what a slot holds */
    pthread_cond_t changed;
    struct slot slots[PIPELINE_PIECES];
    uint64_t read, parsing, taken; /* pieces of this source so far: taken <= parsing <= read */
    unsigned busy;                 /* threads that read or parse */
    bool reading, all_read, quit;
    bool held; /* the piece that is taken next was given out */
};

static struct slot *slot_of(struct pipeline *p, uint64_t piece)
{
    return &p->slots[piece % PIPELINE_PIECES];
}

/* ------------------------------------------------------------------ the two kinds of work */

/* A piece is ready for use once it was used: small inputs need one. */
static bool prepare(struct slot *slot)
{
    if (!slot->parser)
        slot->parser = parser_new();
    return slot->parser && (slot->piece.buffer || piece_init(&slot->piece));
}

static void read_piece(struct pipeline *p, struct slot *slot)
{
    bool more = false;

    slot->err = (struct err){0};
    slot->outcome = OUTCOME_FAILED;
    if (!prepare(slot)) {
        err_nomem(&slot->err);
        return;
    }
    if (!reader_next(p->reader, &slot->piece, &more, &slot->err))
        return;
    slot->outcome = more ? OUTCOME_PIECE : OUTCOME_END;
    if (!more)
        return;
    parser_copy(slot->parser, p->parser);
    if (!slot->piece.overlong)
        parser_skim(p->parser, slot->piece.text);
}

/* Whether a last line without its end must wait: something may be added to it, unless it is a whole
 * JSON object, to which only the line end can be added. */
static bool must_wait(const struct pipeline *p, const struct slot *slot)
{
    const struct reader_info *info = reader_info(p->reader);

    return slot->piece.unended && !info->stream && !info->gzip &&
           (parser_format(slot->parser) == FORMAT_ZEEK_TSV || slot->account.rejected > 0);
}

static void parse_piece(struct pipeline *p, struct slot *slot)
{
    account_take(&slot->account, slot->parser, &slot->piece);
    if (must_wait(p, slot))
        slot->outcome = OUTCOME_END;
}

/* ------------------------------------------------------------------ who does what */

static bool may_read(const struct pipeline *p)
{
    return !p->reading && !p->all_read && p->read - p->taken < PIPELINE_PIECES;
}

/* Both are called with the lock held and return with it held. */
static void do_read(struct pipeline *p)
{
    struct slot *slot = slot_of(p, p->read);

    p->reading = true;
    p->busy++;
    slot->stage = STAGE_READING;
    pthread_mutex_unlock(&p->lock);
    read_piece(p, slot);
    pthread_mutex_lock(&p->lock);
    if (slot->outcome != OUTCOME_PIECE || slot->piece.last)
        p->all_read = true;
    slot->stage = slot->outcome == OUTCOME_PIECE ? STAGE_READ : STAGE_PARSED;
    p->reading = false;
    p->busy--;
    p->read++;
    pthread_cond_broadcast(&p->changed);
}

static void do_parse(struct pipeline *p)
{
    struct slot *slot = slot_of(p, p->parsing++);

    if (slot->stage == STAGE_PARSED)
        return;
    p->busy++;
    slot->stage = STAGE_PARSING;
    pthread_mutex_unlock(&p->lock);
    parse_piece(p, slot);
    pthread_mutex_lock(&p->lock);
    slot->stage = STAGE_PARSED;
    p->busy--;
    pthread_cond_broadcast(&p->changed);
}

static void *work(void *arg)
{
    struct pipeline *p = arg;

    pthread_mutex_lock(&p->lock);
    while (!p->quit) {
        bool parse = p->parsing < p->read;
        if (may_read(p) && p->read - p->parsing < READ_AHEAD)
            do_read(p);
        else if (parse)
            do_parse(p);
        else
            pthread_cond_wait(&p->changed, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Fewer threads than wanted, or none, will do. */
static void start_threads(struct pipeline *p)
{
    while (p->thread_count < p->threads_wanted &&
           pthread_create(&p->threads[p->thread_count], NULL, work, p) == 0)
        p->thread_count++;
    p->threads_wanted = p->thread_count;
}

/* ------------------------------------------------------------------ the door */

struct pipeline *pipeline_new(unsigned threads)
{
    struct pipeline *p = calloc(1, sizeof(*p));
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (!p)
        return NULL;
    if (threads == 0)
        threads = processors > 0 ? (unsigned)processors : 1;
    p->threads_wanted = threads - 1 < PIPELINE_THREADS_MAX ? threads - 1 : PIPELINE_THREADS_MAX;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->changed, NULL);
    p->all_read = true;
    return p;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->thread_count; i++)
        pthread_join(p->threads[i], NULL);
    for (unsigned i = 0; i < PIPELINE_PIECES; i++) {
        piece_done(&p->slots[i].piece);
        parser_free(p->slots[i].parser);
        account_done(&p->slots[i].account);
    }
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void pipeline_start(struct pipeline *p, struct reader *reader, struct parser *parser)
{
    pthread_mutex_lock(&p->lock);
    p->reader = reader;
    p->parser = parser;
    p->read = p->parsing = p->taken = 0;
    p->all_read = p->held = false;
    /* The first piece is read by the caller, so that a small file wakes nobody. */
    do_read(p);
    if (!p->all_read && p->thread_count < p->threads_wanted)
        start_threads(p);
    pthread_mutex_unlock(&p->lock);
}

/* Waits for the piece, working meanwhile. A source that stands still must not hold up what was
 * parsed: the caller reads only where it is alone. */
static void await(struct pipeline *p, const struct slot *slot)
{
    while (p->read == p->taken || slot->stage != STAGE_PARSED) {
        if (p->parsing < p->read)
            do_parse(p);
        else if (p->thread_count == 0)
            do_read(p);
        else
            pthread_cond_wait(&p->changed, &p->lock);
    }
}

bool pipeline_next(struct pipeline *p, const struct piece **piece, struct account **account,
    bool *more, struct err *err)
{
    struct slot *slot;

    pthread_mutex_lock(&p->lock);
    if (p->held) {
        p->taken++;
        pthread_cond_broadcast(&p->changed);
    }
    slot = slot_of(p, p->taken);
    await(p, slot);
    p->held = true;
    pthread_mutex_unlock(&p->lock);
    if (slot->outcome == OUTCOME_FAILED)
        return err_set(err, slot->err.code, "%s", slot->err.text);
    *more = slot->outcome == OUTCOME_PIECE;
    *piece = &slot->piece;
    *account = &slot->account;
    return true;
}

void pipeline_stop(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->all_read = true;
    p->parsing = p->read;
    while (p->busy > 0) {
        pthread_cond_wait(&p->changed, &p->lock);
        p->parsing = p->read;
    }
    pthread_mutex_unlock(&p->lock);
}
