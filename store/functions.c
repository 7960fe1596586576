/* SQL functions for people: regexp() by PCRE2, cidr_match() and community_id(). */
#include "store/internal.h"
#include "util/community_id.h"
#include "util/ipaddr.h"

#include <pcre2.h>

#include <stdlib.h>

#define REGEXP_CACHE       16      /* compiled patterns kept per connection */
#define REGEXP_PATTERN_MAX 10000   /* bytes of one pattern */
#define REGEXP_MATCH_LIMIT 1000000 /* steps of backtracking in one text */
#define REGEXP_HEAP_KIB    20000

struct regexp {
    char *pattern; /* NULL: free slot */
    size_t len;
    pcre2_code *code;
};

struct regexp_cache {
    struct regexp slots[REGEXP_CACHE];
    unsigned newest, next; /* where the last one was found; which slot is given up next */
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

static void regexp_done(struct regexp *r)
{
    pcre2_code_free(r->code);
    free(r->pattern);
    *r = (struct regexp){0};
}

static void cache_free(void *arg)
{
    struct regexp_cache *cache = arg;
    if (!cache)
        return;
    for (int i = 0; i < REGEXP_CACHE; i++)
        regexp_done(&cache->slots[i]);
    pcre2_match_data_free(cache->match);
    pcre2_match_context_free(cache->limits);
    free(cache);
}

static struct regexp_cache *cache_new(void)
{
    struct regexp_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->match = pcre2_match_data_create(1, NULL);
    cache->limits = pcre2_match_context_create(NULL);
    if (!cache->match || !cache->limits) {
        cache_free(cache);
        return NULL;
    }
    pcre2_set_match_limit(cache->limits, REGEXP_MATCH_LIMIT);
    pcre2_set_depth_limit(cache->limits, REGEXP_MATCH_LIMIT);
    pcre2_set_heap_limit(cache->limits, REGEXP_HEAP_KIB);
    return cache;
}

static struct regexp *cache_find(struct regexp_cache *cache, struct str pattern)
{
    for (unsigned i = 0; i < REGEXP_CACHE; i++) {
        struct regexp *r = &cache->slots[(cache->newest + i) % REGEXP_CACHE];
        if (r->pattern && r->len == pattern.len && memcmp(r->pattern, pattern.p, r->len) == 0) {
            cache->newest = (unsigned)(r - cache->slots);
            return r;
        }
    }
    return NULL;
}

static void complain(sqlite3_context *ctx, const char *what, int code, size_t offset)
{
    PCRE2_UCHAR reason[160];
    if (pcre2_get_error_message(code, reason, sizeof reason) < 0)
        reason[0] = '\0';
    char *text = offset == SIZE_MAX ? sqlite3_mprintf("regexp: %s: %s", what, (const char *)reason)
                                    : sqlite3_mprintf("regexp: %s: %s (at byte %lld)", what,
                                          (const char *)reason, (long long)offset);
    if (text)
        sqlite3_result_error(ctx, text, -1);
    else
        sqlite3_result_error_nomem(ctx);
    sqlite3_free(text);
}

/* Texts out of logs need not be UTF-8: what is broken in them matches nothing. */
static struct regexp *cache_add(
    struct regexp_cache *cache, struct str pattern, sqlite3_context *ctx)
{
    int code;
    PCRE2_SIZE offset;
    struct regexp r = {.len = pattern.len};
    if (pattern.len > REGEXP_PATTERN_MAX) {
        sqlite3_result_error(ctx, "regexp: the pattern is longer than 10000 bytes", -1);
        return NULL;
    }
    r.code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.len,
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
    if (!r.code) {
        complain(ctx, "the pattern cannot be read", code, offset);
        return NULL;
    }
    pcre2_jit_compile(r.code, PCRE2_JIT_COMPLETE); /* where it cannot, the interpreter does it */
    if (!(r.pattern = str_dup(pattern))) {
        pcre2_code_free(r.code);
        sqlite3_result_error_nomem(ctx);
        return NULL;
    }
    struct regexp *slot = &cache->slots[cache->next];
    regexp_done(slot);
    *slot = r;
    cache->newest = cache->next;
    cache->next = (cache->next + 1) % REGEXP_CACHE;
    return slot;
}

/* The slice of a text argument, valid during the call; NULL for SQL NULL. */
static struct str text_of(sqlite3_value *value)
{
    const char *p = (const char *)sqlite3_value_text(value);
    return (struct str){p, p ? (size_t)sqlite3_value_bytes(value) : 0};
}

static void regexp(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    struct regexp_cache *cache = sqlite3_user_data(ctx);
    struct str pattern = text_of(argv[0]), text = text_of(argv[1]);
    if (!pattern.p || !text.p)
        return;
    struct regexp *r = cache_find(cache, pattern);
    if (!r && !(r = cache_add(cache, pattern, ctx)))
        return;
    PCRE2_SPTR subject = (PCRE2_SPTR)text.p;
    int rc = pcre2_match(r->code, subject, text.len, 0, 0, cache->match, cache->limits);
    if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
        rc = pcre2_match(r->code, subject, text.len, 0, PCRE2_NO_JIT, cache->match, cache->limits);
    if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
        sqlite3_result_int(ctx, rc >= 0);
    else
        complain(ctx, "the pattern backtracks too much, make it simpler", rc, SIZE_MAX);
}

/* NULL where the second is no address: then it is neither inside nor outside. */
static void cidr_match(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    struct cidr net;
    struct ipaddr ip;
    struct str net_text = text_of(argv[0]), ip_text = text_of(argv[1]);
    if (!net_text.p || !ip_text.p)
        return;
    if (!cidr_parse(net_text, &net))
        sqlite3_result_error(
            ctx, "cidr_match: the first argument is no network: write it as '192.0.2.0/24'", -1);
    else if (ip_parse(ip_text, &ip))
        sqlite3_result_int(ctx, cidr_contains(&net, &ip));
}

/* The names that the views have for protocols; else a number. */
static bool read_protocol(sqlite3_value *value, uint8_t *proto)
{
    static const struct {
        const char *name;
        uint8_t proto;
    } names[] = {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"icmp6", 58}, {"sctp", 132}};
    struct str text = text_of(value);
    uint64_t number;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq_nocase(text, str_of(names[i].name)))
            continue;
        *proto = names[i].proto;
        return true;
    }
    if (!str_u64(text, &number) || number > UINT8_MAX)
        return false;
    *proto = (uint8_t)number;
    return true;
}

static bool read_number16(sqlite3_value *value, uint16_t *number)
{
    int64_t v = sqlite3_value_int64(value);
    *number = (uint16_t)v;
    return sqlite3_value_type(value) != SQLITE_NULL && v >= 0 && v <= UINT16_MAX;
}

/* (orig, orig_port, resp, resp_port, proto[, seed]) as the views name them; NULL where one of them is
 * no address, port or protocol. */
static void community(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct community_flow f;
    uint16_t seed = 0;
    char text[COMMUNITY_ID_SIZE];
    struct str orig = text_of(argv[0]), resp = text_of(argv[2]);
    if (!orig.p || !resp.p || !ip_parse(orig, &f.source) || !ip_parse(resp, &f.destination) ||
        !read_number16(argv[1], &f.source_port) || !read_number16(argv[3], &f.destination_port) ||
        !read_protocol(argv[4], &f.proto) || (argc > 5 && !read_number16(argv[5], &seed)))
        return;
    if (community_id(&f, seed, text))
        sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
}

bool store_people_functions(sqlite3 *db, struct err *err)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    struct regexp_cache *cache = cache_new();
    if (!cache)
        return err_nomem(err);
    /* SQLite calls cache_free() when the connection closes, and also when this very call fails. */
    if (sqlite3_create_function_v2(db, "regexp", 2, flags, cache, regexp, NULL, NULL, cache_free) !=
            SQLITE_OK ||
        sqlite3_create_function_v2(
            db, "cidr_match", 2, flags, NULL, cidr_match, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(
            db, "community_id", 5, flags, NULL, community, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(
            db, "community_id", 6, flags, NULL, community, NULL, NULL, NULL) != SQLITE_OK)
        return err_set(err, ERR_INTERNAL, "SQL functions: %s", sqlite3_errmsg(db));
    return true;
}
