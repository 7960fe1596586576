/* The catalogue: what each alert type is, in words and in numbers. Read once, then const. */
#pragma once

#include "store/alert.h"
#include "util/arena.h"
#include "util/err.h"
#include "util/ini.h"

#include <stdbool.h>
#include <stdint.h>

/* `min_attempts = 30 attempts | Zeek SSH::password_guesses_limit`. Value in base units: times in
 * microseconds, sizes in bytes, shares in percent, counts as they are, a flag (`yes`) as 1. */
struct parameter {
    const char *name;
    int64_t value;
    const char *unit;   /* as written: "attempts", "min", "MB"; "" for a flag */
    const char *source; /* why this figure */
    const char *text;   /* value and unit as written: "30 min" */
    bool overridden;    /* by configuration */
};

struct tier {
    const char *name;      /* "fast", "slow", … */
    const char **services; /* narrows the type's services; NULL-ended; NULL: all of them */
    /* A client with one of these never reaches this tier; nor has a server of ours with one strangers. */
    unsigned exempt_roles;
    const char *query;     /* as in struct alert_type; NULL: the type's */
    const char *query_sql; /* likewise */
    struct parameter *parameters;
    int parameter_count;
};

/* What fills a placeholder: a name out of the vocabulary in correlate/alerts/describe.h. */
struct filling {
    const char *placeholder, *value;
};

/* `[variant blocked]`: other words for an episode of some kind, in place of those of [alert]. The word
 * is one that correlate/alerts/describe.h lists. Its texts keep the rules of the entry's own: both languages,
 * the same placeholders in both, filled by [values]. NULL: as [alert] has it. */
struct text_variant {
    const char *word;
    const char *title[LANGS], *description[LANGS], *pool[LANGS], *respond[LANGS];
};

/* What an hour, or a day, is measured by. */
enum metric {
    METRIC_NONE,
    METRIC_ATTEMPTS, /* pair: attempts of the pair, against its logins */
    METRIC_REMOTES,  /* fan: distinct others with attempts, against those that log in */
    METRIC_VOLUME,   /* volume: flows, packets and bytes of the busiest minute */
    METRICS
};
extern const char *const metric_names[METRICS]; /* "", "attempts", "remotes", "volume" */

enum direction { DIRECTION_INCOMING = 1, DIRECTION_OUTGOING = 2 };

/* One `[signature NAME]`: which sensor signatures speak for this type. A signature fits a rule when
 * it meets all that the rule says, and a type when it fits any of its rules. */
struct signature_rule {
    const char *name;
    int64_t sid_from, sid_to; /* inclusive; 0, 0: not by sid */
    const char *pattern;      /* PCRE2 on the signature's name; NULL: not by name */
    const char *category;     /* PCRE2 on its category; NULL: not by category */
    const char *source;       /* where this is from */
};

struct alert_type {
    const char *code;
    const char *file;                              /* for messages */
    const char *title[LANGS], *description[LANGS]; /* description: '\n' between paragraphs */
    const char *pool[LANGS];                       /* NULL: the type has no such sentence */
    const char *respond[LANGS];                    /* one step a line */
    struct text_variant *variants; /* in order of the file: the first that fits an episode speaks */
    int variant_count;
    enum severity severity;
    const char *tactic;         /* as in the source document: "PreAttack" */
    const char *attack_tactics; /* MITRE ATT&CK, ", " between */
    const char *techniques;     /* comma-separated, without spaces */
    const char *family;         /* malware that the entry's signatures stand for; NULL */
    const char *query;          /* "pair": correlate/queries/pair.sql, or a file beside the entry */
    const char *query_sql;      /* the text of a query file beside the entry; NULL: built in */
    const char **services;      /* login services, NULL-ended; NULL: not by service */
    enum direction direction;
    const char **categories;   /* indicator categories, NULL-ended; NULL: none */
    unsigned exempt_roles;     /* a client with one of these is never reported */
    const char *yields_to;     /* one-to-one beside one-to-many: the type that takes over; NULL */
    const char *yields_unless; /* … unless this tier was reached; set when yields_to is */
    int64_t gap_us;         /* findings less than this apart are one episode; 0: overlapping ones */
    const char *gap_source; /* why this figure */
    struct filling *fillings;
    int filling_count;
    struct signature_rule *signatures;
    int signature_count;
    struct tier *tiers;
    int tier_count;
    /* `[guard]`: when a feed is not believed, or less; without it no parameters. */
    struct tier guard;
    /* `[baseline]`: what makes a finding usual for this environment (correlate/findings/gate.h). Its figures are
     * those of a tier of that name, so that they are looked up and overridden alike. NULL: the floor
     * alone decides. */
    struct tier *baseline;
    enum metric metric;
    /* These count only where a baseline says abnormal; NULL-ended; NULL: none. */
    const char **learned_tiers;
    unsigned raised_roles; /* machines with one of these need raised_remotes, and abnormal */
};

struct service_port {
    uint16_t port;
    uint8_t proto; /* IPPROTO_TCP, IPPROTO_UDP */
};

/* `[service ssh]` of catalog/services.conf: what a login attempt looks like on the wire. Bounds
 * are inclusive; -1: no bound. The source of each figure stands in the file. */
struct login_service {
    const char *name;      /* "ssh" */
    const char *label;     /* "SSH", for the text; "MSSQL" */
    const char *group;     /* "ssh", "rdp", "sql", "generic" */
    const char **detected; /* names that sensors give it, NULL-ended; NULL: none knows it */
    const char **carriers; /* names that, besides TLS, leave it to the port: "http"; NULL */
    struct service_port *ports;
    int port_count;
    struct service_port *probe_ports; /* only name a scan, never an attempt: 3389/udp */
    int probe_port_count;
    int64_t banner_bytes; /* at most so much payload from one side is a banner; 0: none at all */
    int64_t payload_in_min, payload_in_max;   /* from the client */
    int64_t payload_out_min, payload_out_max; /* to the client */
    int64_t packets_min, packets_max;         /* of the client, only where the log has no bytes */
    int64_t duration_max_us;
    bool explicit_only; /* only explicit failures count */
};

struct catalog {
    struct alert_type *types; /* in order of code */
    int type_count;
    struct login_service *services; /* in order of name */
    int service_count;
    struct arena arena; /* holds all of the above and their strings */
};

/* Loads the built-in entries, then those of `directories` (NULL-ended, or NULL), each of which must
 * be there: a file there with the code of a built-in entry replaces it, another adds a type.
 * `services.conf` there adds or replaces services. Applies every rule of catalog_check_text(), and
 * that services and types named by an entry exist. NULL on failure. */
struct catalog *catalog_load(const char *const directories[], struct err *err);
void catalog_free(struct catalog *c);

/* Overrides from configuration: `[alert TYPE]` with the keys `severity`, `gap` and parameters
 * (`min_attempts`, `slow.window`). Bare names mean the tier "fast", else the first. A number alone
 * is in the catalogue's unit. Marks the entries used. On failure the catalogue is half changed and
 * only good for catalog_free(). */
bool catalog_override(struct catalog *c, struct ini *config, struct err *err);

/* Every rule on one entry's text: known keys only, both languages with the same placeholders, each
 * placeholder filled and each filling used, the words of variants known, value | source on every
 * parameter, units known, the query built in or beside the file. The code is the file's name without
 * .conf; a file named services.conf is checked as such. Queries themselves are checked by
 * correlate_check(). */
bool catalog_check_text(const char *file, struct str text, struct err *err);

const struct alert_type *catalog_type(const struct catalog *c, const char *code);
const struct login_service *catalog_service(const struct catalog *c, const char *name);
const struct tier *alert_type_tier(const struct alert_type *t, const char *name);
/* NULL where the tier does not have it. */
const struct parameter *tier_parameter(const struct tier *t, const char *name);
/* The value in base units, or `otherwise` where the tier does not have it. */
int64_t tier_value(const struct tier *t, const char *name, int64_t otherwise);
/* Stable hashes of all that alerts depend on: one type's entry (texts and overrides included, file
 * names and sources of figures not), and the services. */
uint64_t alert_type_fingerprint(const struct alert_type *t);
uint64_t catalog_services_fingerprint(const struct catalog *c);
/* Of what all types look for in contacts: categories and signatures. A change means matching anew. */
uint64_t catalog_contacts_fingerprint(const struct catalog *c);

/* Replaces %{Name} in text by lookup(arg, name) (NULL: left as it stands). "%{Name} (%{Address})" is
 * written as one where both have the same value: a machine without a name. Malloc'ed; NULL without
 * memory. */
char *catalog_fill(const char *text, const char *(*lookup)(void *arg, struct str name), void *arg);
/* Cuts the next %{Name} off *rest: its name, or p NULL when there is none left. *before is the text
 * up to it. A "%{" without its end is plain text. */
struct str catalog_placeholder(struct str *rest, struct str *before);
