/* STIX patterns: a scanner and one pass over the comparisons, in which nothing is called before the
 * whole pattern was seen to be simple. */
#include "ingest/feed/feed_pattern.h"

#define TARGETS_MAX 1000 /* of one pattern */

enum token_kind { END, WORD, TEXT, SIGN, BROKEN };

struct token {
    enum token_kind kind;
    struct str text; /* a TEXT without its quotes, still with its backslashes */
};

/* One pattern while it is read. */
struct pattern {
    struct str rest;
    struct token token;
    struct str path; /* left of the comparison */
    struct str targets[TARGETS_MAX];
    bool certificates[TARGETS_MAX]; /* which of them are the hash of one */
    size_t target_count;
    bool target;        /* the comparison just read names targets */
    bool combined;      /* it asks for several things together */
    struct str skipped; /* the first object that is neither address nor domain; p NULL: none */
};

/* ------------------------------------------------------------------ scanner */

static struct str take_bytes(struct pattern *p, size_t len)
{
    struct str taken = {p->rest.p, len};
    p->rest = (struct str){p->rest.p + len, p->rest.len - len};
    return taken;
}

static size_t quoted_length(struct str s)
{
    size_t i = 1;
    while (i < s.len && s.p[i] != '\'')
        i += s.p[i] == '\\' ? 2 : 1;
    return i < s.len ? i + 1 : 0;
}

/* "[3]" or "[*]" within a path; 0 for another bracket. */
static size_t index_length(struct str s)
{
    size_t i = 1;
    while (i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '*'))
        i++;
    return i > 1 && i < s.len && *s.p == '[' && s.p[i] == ']' ? i + 1 : 0;
}

/* "network-traffic:dst_ref.value", "AND", "443"; a quoted step is part of a path. */
static size_t word_length(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        struct str rest = {s.p + i, s.len - i};
        size_t len = memchr(" \t\r\n[]()=<>!,", *rest.p, 13) ? 0 : 1;
        if (*rest.p == '\'')
            len = quoted_length(rest);
        else if (*rest.p == '[' && i > 0)
            len = index_length(rest);
        if (len == 0)
            break;
        i += len;
    }
    return i;
}

static void next(struct pattern *p)
{
    p->rest = str_trim(p->rest);
    if (p->rest.len == 0) {
        p->token = (struct token){END, STR_NONE};
    } else if (*p->rest.p == '\'') {
        size_t len = quoted_length(p->rest);
        struct str text = take_bytes(p, len);
        p->token = len ? (struct token){TEXT, {text.p + 1, len - 2}} : (struct token){BROKEN, text};
    } else if (memchr("[](),", *p->rest.p, 5)) {
        p->token = (struct token){SIGN, take_bytes(p, 1)};
    } else if (memchr("=<>!", *p->rest.p, 4)) {
        size_t len = p->rest.len > 1 && p->rest.p[1] == '=' ? 2 : 1;
        p->token = (struct token){WORD, take_bytes(p, len)};
    } else {
        size_t len = word_length(p->rest);
        p->token = (struct token){len ? WORD : BROKEN, take_bytes(p, len)};
    }
}

static bool at_sign(const struct pattern *p, char sign)
{
    return p->token.kind == SIGN && *p->token.text.p == sign;
}

static bool at_word(const struct pattern *p, const char *word)
{
    return p->token.kind == WORD && str_eq_nocase(p->token.text, str_of(word));
}

static bool accept_word(struct pattern *p, const char *word)
{
    bool there = at_word(p, word);
    if (there)
        next(p);
    return there;
}

/* ------------------------------------------------------------------ comparisons */

static bool is_target_path(struct str path)
{
    static const char *const paths[] = {"ipv4-addr:value", "ipv6-addr:value", "domain-name:value",
        "network-traffic:dst_ref.value", "network-traffic:src_ref.value"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (str_eq(path, str_of(paths[i])))
            return true;
    return false;
}

static bool is_certificate_path(struct str path)
{
    static const char *const paths[] = {"x509-certificate:hashes.'SHA-1'",
        "x509-certificate:hashes.SHA1", "x509-certificate:hashes.'SHA-256'",
        "x509-certificate:hashes.SHA256"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (str_eq(path, str_of(paths[i])))
            return true;
    return false;
}

static bool read_value(struct pattern *p, bool keep)
{
    if (p->token.kind == TEXT && keep) {
        if (p->target_count == TARGETS_MAX)
            return false;
        p->certificates[p->target_count] = is_certificate_path(p->path);
        p->targets[p->target_count++] = p->token.text;
    }
    bool value = p->token.kind == TEXT || p->token.kind == WORD;
    next(p);
    return value;
}

static bool read_set(struct pattern *p, bool keep)
{
    if (!at_sign(p, '('))
        return false;
    do {
        next(p);
        if (!read_value(p, keep))
            return false;
    } while (at_sign(p, ','));
    bool closed = at_sign(p, ')');
    next(p);
    return closed;
}

/* Everything before the first ':' of a path. */
static struct str object_of(struct str path)
{
    return str_cut(&path, ':');
}

/* path operator value. Sets p->target, or p->skipped. */
static bool read_comparison(struct pattern *p)
{
    if (p->token.kind != WORD || !memchr(p->token.text.p, ':', p->token.text.len))
        return false;
    p->path = p->token.text;
    next(p);
    bool negated = accept_word(p, "NOT");
    bool set = at_word(p, "IN");
    bool equal = set || at_word(p, "=") || at_word(p, "ISSUBSET");
    if (p->token.kind != WORD)
        return false;
    next(p);
    p->target = equal && !negated && (is_target_path(p->path) || is_certificate_path(p->path));
    if (!p->target && !p->skipped.p)
        p->skipped = object_of(p->path);
    return set ? read_set(p, p->target) : read_value(p, p->target);
}

/* What may stand beside an address in the same comparison and only narrows it. */
static bool is_beside(const struct pattern *p)
{
    return !p->target && str_starts(p->path, STR("network-traffic:"));
}

/* Comparisons with AND, OR and brackets between them. Of a run of ANDs one may name a target, and
 * the others be beside it. */
static bool read_comparisons(struct pattern *p)
{
    bool and = false, grouped = false, target = false, beside = false;
    int open = 0;
    while (true) {
        for (; at_sign(p, '('); open++)
            next(p);
        grouped |= open > 0;
        if (!read_comparison(p))
            return false;
        if (and&&(p->target ? target || !beside : !is_beside(p) || !(target || beside)))
            p->combined = true;
        beside = is_beside(p) || (and&&beside);
        target = p->target || (and&&target);
        for (; at_sign(p, ')') && open > 0; open--)
            next(p);
        and = at_word(p, "AND");
        p->combined |= and&&grouped;
        if (!and&&!at_word(p, "OR"))
            return open == 0;
        next(p);
    }
}

/* [comparisons] OR [comparisons]; qualifiers and other operators ask for several things. */
static bool read_observations(struct pattern *p)
{
    int open = 0;
    while (true) {
        for (; at_sign(p, '('); open++)
            next(p);
        if (!at_sign(p, '['))
            return false;
        next(p);
        if (!read_comparisons(p) || !at_sign(p, ']'))
            return false;
        next(p);
        for (; at_sign(p, ')') && open > 0; open--)
            next(p);
        if (p->token.kind == END)
            return open == 0;
        if (!accept_word(p, "OR")) {
            p->combined = true;
            return p->token.kind == WORD;
        }
    }
}

void feed_pattern_read(struct feed_reading *r, struct str text,
    void (*add)(void *arg, const struct indicator *target), void *arg)
{
    struct pattern p = {.rest = text};
    next(&p);
    if (!read_observations(&p)) {
        feed_reject(r, "its pattern cannot be read, or names more than 1000");
    } else if (p.target_count == 0) {
        feed_skip(r, p.skipped);
    } else if (p.combined) {
        feed_skip(r, STR("combined pattern"));
    } else {
        for (size_t i = 0; i < p.target_count; i++) {
            struct indicator target;
            char print[PRINT_TEXT_SIZE];
            struct str value = str_trim(p.targets[i]);
            if (p.certificates[i] ? feed_parse_print(PRINT_CERTIFICATE, value, print, &target)
                                  : feed_parse_target(value, &target))
                add(arg, &target);
            else
                feed_reject(r, "its pattern names no address, network or domain");
        }
    }
}
