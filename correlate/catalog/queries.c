/* Finding a query's text and reading its opening comment. */
#include "correlate/catalog/queries.h"

#include "util/embed.h"
#include "util/str.h"

#include <stdio.h>

static const struct {
    const char *words;
    enum query_facts facts;
} facts_words[] = {
    {"attempt by remote", QUERY_ATTEMPT_BY_REMOTE},
    {"attempt by own", QUERY_ATTEMPT_BY_OWN},
    {"probe by own", QUERY_PROBE_BY_OWN},
    {"volume by own", QUERY_VOLUME_BY_OWN},
    {"worm by own", QUERY_WORM_BY_OWN},
    {"contact by own", QUERY_CONTACT_BY_OWN},
    {"contact by own and day", QUERY_CONTACT_BY_DAY},
};

const char *query_text(const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "%s.sql", name);
    for (const struct embedded *q = embedded_queries; q->name; q++)
        if (strcmp(q->name, file) == 0)
            return q->text;
    return NULL;
}

static bool read_facts(struct str value, enum query_facts *facts)
{
    for (size_t i = 0; i < sizeof facts_words / sizeof *facts_words; i++) {
        if (str_eq(value, str_of(facts_words[i].words))) {
            *facts = facts_words[i].facts;
            return true;
        }
    }
    return false;
}

/* The opening comment ends with the first line that is none. False when it does not tell the facts. */
static bool read_header(struct periodic_query *query)
{
    const struct str word = STR("-- facts:");
    struct str rest = str_of(query->sql);
    bool told = false;
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');
        if (!str_starts(line, STR("--")))
            break;
        if (!told && str_starts(line, word))
            told = read_facts(
                str_trim((struct str){line.p + word.len, line.len - word.len}), &query->facts);
        query->only_grows |= str_eq(str_trim(line), STR("-- only grows"));
        query->reached_by_any |= str_eq(str_trim(line), STR("-- reached by: any"));
    }
    return told;
}

static bool find_query(const struct alert_type *type, const char *name, const char *sql,
    struct periodic_query *query, struct err *err)
{
    *query = (struct periodic_query){.name = name, .sql = sql ? sql : query_text(name)};
    if (!query->sql)
        return err_set(err, ERR_CONFIG,
            "%s: there is no query %s: name one of pair, fan, spread, volume, contact, worm, "
            "unrecommended, or put %s.sql beside the entry",
            type->file, name, name);
    return read_header(query) ||
           err_set(err, ERR_CONFIG,
               "%s: the opening comment of %s.sql lacks a line `-- facts: …` (attempt by remote, "
               "attempt by own, probe by own, volume by own, worm by own, contact by own, contact "
               "by own and day)",
               type->file, name);
}

bool periodic_query(const struct alert_type *type, struct periodic_query *query, struct err *err)
{
    return find_query(type, type->query, type->query_sql, query, err);
}

bool periodic_query_of(const struct alert_type *type, const struct tier *tier,
    struct periodic_query *query, struct err *err)
{
    return tier->query ? find_query(type, tier->query, tier->query_sql, query, err)
                       : periodic_query(type, query, err);
}
