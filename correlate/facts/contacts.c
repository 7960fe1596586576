/* Contacts: flows matched against indicators, signatures against the catalogue's rules. */
#include "correlate/facts/contacts.h"

#include "correlate/catalog/signatures.h"
#include "correlate/facts/contact_list.h"
#include "correlate/facts/indicators.h"
#include "store/query.h"
#include "store/record.h"

#include <stdio.h>
#include <stdlib.h>

#define DNS_PORT      53
#define VERDICT_CACHE 4096  /* signatures whose verdict is remembered */
#define TALKERS       65536 /* addresses of ours that are remembered as noted */

/* An alert type whose query reads contacts. */
struct topic {
    int64_t id; /* name id of the type's code: contact.topic */
    int type;   /* index into catalog->types */
    unsigned categories;
    enum direction direction;
};

struct contacts {
    struct store *store;
    const struct catalog *catalog;
    struct topic *topics;
    int topic_count;
    struct signature_rules *rules;
    struct indicators *indicators;
    struct contact_list *found;
    struct {
        int64_t name, sid;
        uint64_t topics;
        bool filled;
    } verdicts[VERDICT_CACHE];
    /* Ids; 0, which is 128.0.0.0, is noted anew each time. */
    int64_t talkers[TALKERS];
};

/* ------------------------------------------------------------------ what is looked for */

static bool add_topics(struct contacts *all, struct err *err)
{
    all->topics = calloc((size_t)all->catalog->type_count + 1, sizeof *all->topics);
    if (!all->topics)
        return err_nomem(err);
    for (int i = 0; i < all->catalog->type_count; i++) {
        const struct alert_type *type = &all->catalog->types[i];
        struct topic topic = {0, i, indicator_bits(type->categories), type->direction};
        if (!topic.categories && !type->signature_count)
            continue;
        if (!store_name_id(all->store, str_of(type->code), &topic.id, err))
            return false;
        all->topics[all->topic_count++] = topic;
    }
    return all->topic_count <= 64 ||
           err_set(err, ERR_CONFIG, "more than 64 alert types read indicators or signatures");
}

struct contacts *contacts_new(struct store *s, const struct catalog *catalog, struct err *err)
{
    struct contacts *all = calloc(1, sizeof *all);
    if (!all) {
        err_nomem(err);
        return NULL;
    }
    all->store = s;
    all->catalog = catalog;
    if ((all->found = contact_list_new(s, err)) && add_topics(all, err) &&
        (all->indicators = indicators_new(s, err)) &&
        (all->rules = signature_rules_new(catalog, err)))
        return all;
    contacts_free(all);
    return NULL;
}

void contacts_free(struct contacts *all)
{
    if (!all)
        return;
    signature_rules_free(all->rules);
    indicators_free(all->indicators);
    free(all->topics);
    contact_list_free(all->found);
    free(all);
}

/* ------------------------------------------------------------------ gathering */

void contacts_hold(struct contacts *all, bool hold)
{
    contact_list_hold(all->found, hold);
}

int64_t contacts_added(const struct contacts *all)
{
    return contact_list_added(all->found);
}

bool contacts_flush(struct contacts *all, struct err *err)
{
    return contact_list_flush(all->found, err);
}

/* The client's roles, and the pools that our end belongs to. */
static void place(struct contact *c, const struct end *own, const struct end *remote)
{
    const struct end *client = c->flags & CONTACT_INBOUND ? remote : own;
    c->roles = client->resource ? client->resource->roles : 0;
    c->pool = own->resource ? own->resource->group : 0;
}

/* Who opens connections at all: a feed's reach is a share of them. */
static bool note_talker(struct contacts *all, const struct end *own, struct err *err)
{
    int64_t *noted =
        &all->talkers[((uint64_t)own->id * UINT64_C(0x9e3779b97f4a7c15)) >> 48 & (TALKERS - 1)];
    if (*noted == own->id && own->id != 0)
        return true;
    *noted = own->id;
    struct query *q =
        store_query(all->store, "talker", "INSERT OR IGNORE INTO talker (own) VALUES (:own)");
    query_bind_i(q, ":own", own->id);
    query_step(q);
    return query_done(q, err);
}

static bool add_flow_contact(struct contacts *all, const struct topic *topic,
    const struct seen_flow *f, const struct end *own, const struct end *remote,
    const struct indicator_match *match, unsigned flags, struct err *err)
{
    struct contact c = {
        .topic = topic->id,
        .own = own->id,
        .t = f->t_us,
        .ident = f->ident,
        .remote = remote->id,
        .flow = f->row,
        .signature = -1,
        .lookup = -1,
        .port = f->proto == PROTO_TCP || f->proto == PROTO_UDP ? f->resp_port : 0,
        .proto = f->proto,
        .flags = (uint8_t)(flags | (f->answer == ANSWER_DATA ? CONTACT_ANSWERED : 0)),
        .scale = f->scale,
    };
    place(&c, own, remote);
    bool by_source = topic->direction == DIRECTION_INCOMING && flags & CONTACT_INBOUND;
    if (!by_source && !store_name_id(all->store, str_of(match->subject), &c.subject, err))
        return false;
    return contact_list_add(all->found, &c, err);
}

/* A type about incoming traffic with any listed address keeps what goes out to one, too: with a subject,
 * so that no alert comes of it, but the view `sightings` shows both. */
static bool sighted(struct contacts *all, const struct topic *topic, const struct seen_flow *f,
    bool incoming, const struct end *own, const struct end *remote,
    const struct indicator_match *match, struct err *err)
{
    if (!match->found || remote->home)
        return true;
    return indicators_note(all->indicators, remote, err) &&
           add_flow_contact(all, topic, f, own, remote, match, incoming ? CONTACT_INBOUND : 0, err);
}

/* What one flow means for one type. */
static bool flow_topic(struct contacts *all, const struct topic *topic, const struct seen_flow *f,
    enum ends_kind kind, const struct end *client, const struct end *server, struct err *err)
{
    bool incoming = kind == ENDS_INCOMING;
    const struct end *own = incoming ? server : client, *remote = incoming ? client : server;
    struct indicator_match m;
    if (!indicators_match_address(all->indicators, remote, topic->categories, f->t_us, &m, err))
        return false;
    if (topic->direction == DIRECTION_INCOMING)
        return sighted(all, topic, f, incoming, own, remote, &m, err);
    /* A machine of ours that answers a control server's call has a back door open. */
    bool called =
        incoming && m.categories & INDICATOR_BIT(INDICATOR_C2) && f->answer == ANSWER_DATA;
    if (m.found && (!incoming || called))
        return add_flow_contact(
            all, topic, f, own, remote, &m, incoming ? CONTACT_INBOUND : 0, err);
    if (m.found || incoming)
        return true;
    return indicators_match_address(all->indicators, own, topic->categories, f->t_us, &m, err) &&
           (!m.found || add_flow_contact(all, topic, f, own, remote, &m, 0, err));
}

bool contacts_match_flows(const struct contacts *all)
{
    return indicators_any_network(all->indicators);
}

bool contacts_match_names(const struct contacts *all)
{
    return indicators_any_domain(all->indicators) || indicators_any_print(all->indicators);
}

void contacts_fetch_ends(struct contacts *all, const struct end *client, const struct end *server)
{
    indicators_fetch(all->indicators, client);
    indicators_fetch(all->indicators, server);
}

void contacts_fetch_filter(struct contacts *all, const struct end *client, const struct end *server)
{
    indicators_fetch_filter(all->indicators, client);
    indicators_fetch_filter(all->indicators, server);
}

bool contacts_note_ends(struct contacts *all, enum ends_kind kind, const struct end *client,
    const struct end *server, bool *may, struct err *err)
{
    *may = false;
    if (!contacts_match_flows(all) || kind == ENDS_TRANSIT || kind == ENDS_BACKEND)
        return true;
    if (kind == ENDS_OUTGOING && !note_talker(all, client, err))
        return false;
    return indicators_may_name(all->indicators, client, may, err) &&
           (*may || indicators_may_name(all->indicators, server, may, err));
}

bool contacts_add_flow(struct contacts *all, const struct seen_flow *flow, enum ends_kind kind,
    const struct end *client, const struct end *server, struct err *err)
{
    if (!contacts_match_flows(all) || kind == ENDS_TRANSIT)
        return true;
    if (kind == ENDS_OUTGOING && !note_talker(all, client, err))
        return false;
    for (int i = 0; i < all->topic_count; i++)
        if (all->topics[i].categories &&
            !flow_topic(all, &all->topics[i], flow, kind, client, server, err))
            return false;
    return true;
}

/* ------------------------------------------------------------------ names */

/* A name asked of a server (TLS, HTTP) is a conversation with it; a name looked up is none: then the
 * resolver is no peer, and remote is own itself. */
static bool add_name_contact(struct contacts *all, const struct topic *topic,
    const struct seen_name *n, const struct end *client, const struct end *server,
    const struct indicator_match *match, unsigned flags, struct err *err)
{
    bool lookup = n->kind == NAME_DNS;
    struct contact c = {
        .topic = topic->id,
        .own = client->id,
        .t = n->t_us,
        .ident = n->ident,
        .remote = lookup ? client->id : server->id,
        .flow = -1,
        .signature = -1,
        .lookup = n->row,
        .port = n->resp_port,
        .proto = n->proto,
        .flags = lookup ? CONTACT_LOOKUP : (uint8_t)(CONTACT_ANSWERED | flags),
        .scale = n->scale,
    };
    place(&c, client, client);
    return store_name_id(all->store, str_of(match->subject), &c.subject, err) &&
           contact_list_add(all->found, &c, err);
}

static bool name_topic(struct contacts *all, const struct topic *topic, const struct seen_name *n,
    const struct end *client, const struct end *server, struct err *err)
{
    struct indicator_match m;
    struct str prints = n->prints;
    if (!indicators_match_name(all->indicators, n->name, topic->categories, n->t_us, &m, err) ||
        (m.found && !add_name_contact(all, topic, n, client, server, &m, CONTACT_NAMED, err)))
        return false;
    while (prints.p && prints.len > 0) {
        struct str print = str_cut(&prints, ' ');
        if (!indicators_match_print(all->indicators, print, topic->categories, n->t_us, &m, err) ||
            (m.found && !add_name_contact(all, topic, n, client, server, &m, 0, err)))
            return false;
    }
    return true;
}

bool contacts_add_name(struct contacts *all, const struct seen_name *name, const struct end *client,
    const struct end *server, struct err *err)
{
    if (!client->home || !client->peer || !contacts_match_names(all))
        return true;
    if (!note_talker(all, client, err))
        return false;
    for (int i = 0; i < all->topic_count; i++)
        if (all->topics[i].direction != DIRECTION_INCOMING &&
            !name_topic(all, &all->topics[i], name, client, server, err))
            return false;
    return true;
}

/* ------------------------------------------------------------------ signatures */

/* Bit i: the signature speaks for topic i. */
static bool verdict(
    struct contacts *all, const struct seen_signature *g, uint64_t *topics, struct err *err)
{
    size_t at = (size_t)((uint64_t)(g->sid * 31 + g->name) % VERDICT_CACHE);
    if (all->verdicts[at].filled && all->verdicts[at].name == g->name &&
        all->verdicts[at].sid == g->sid) {
        *topics = all->verdicts[at].topics;
        return true;
    }
    const char *name, *category;
    if (!store_name(all->store, g->name, &name, err) ||
        !store_name(all->store, g->category, &category, err))
        return false;
    *topics = 0;
    for (int i = 0; i < all->topic_count; i++)
        if (signature_speaks(
                all->rules, all->topics[i].type, g->sid, str_of(name), str_of(category)))
            *topics |= UINT64_C(1) << i;
    all->verdicts[at].filled = true;
    all->verdicts[at].name = g->name;
    all->verdicts[at].sid = g->sid;
    all->verdicts[at].topics = *topics;
    return true;
}

/* Who is the machine of ours that a signature is about, and who the other. For a name query the
 * client is the victim and the resolver no peer: then remote is own itself. */
static bool signature_ends(const struct topic *topic, const struct seen_signature *g,
    enum ends_kind kind, const struct end *orig, const struct end *resp, const struct end **own,
    const struct end **remote)
{
    bool from_server = !g->client_known && g->orig_port == DNS_PORT && g->resp_port != DNS_PORT;
    const struct end *client = from_server ? resp : orig, *server = from_server ? orig : resp;
    bool dns = g->orig_port == DNS_PORT || g->resp_port == DNS_PORT;
    if (kind == ENDS_TRANSIT)
        return false;
    if (topic->direction == DIRECTION_INCOMING) {
        *own = orig->home ? orig : resp;
        *remote = orig->home ? resp : orig;
        return !(orig->home && resp->home);
    }
    *own = client->home ? client : server;
    *remote = dns ? *own : client->home ? server : client;
    return !dns || client->home;
}

/* The server's port, as far as the record tells who that is: for incoming traffic our end's. */
static uint16_t signature_port(
    const struct topic *topic, const struct seen_signature *g, bool own_is_resp)
{
    bool resp_serves = g->client_known || own_is_resp == (topic->direction == DIRECTION_INCOMING);
    return resp_serves ? g->resp_port : g->orig_port;
}

static bool signature_topic(struct contacts *all, const struct topic *topic,
    const struct seen_signature *g, enum ends_kind kind, const struct end *orig,
    const struct end *resp, struct err *err)
{
    const struct end *own, *remote;
    if (!signature_ends(topic, g, kind, orig, resp, &own, &remote))
        return true;
    struct contact c = {
        .topic = topic->id,
        .own = own->id,
        .t = g->t_us,
        .ident = g->ident,
        .remote = remote->id,
        .flow = -1,
        .signature = g->row,
        .lookup = -1,
        .port = signature_port(topic, g, own == resp),
        .proto = g->proto,
        .flags = CONTACT_SIGNATURE,
        .scale = g->scale,
    };
    if (own == resp && (g->client_known || topic->direction == DIRECTION_INCOMING))
        c.flags |= CONTACT_INBOUND;
    if (g->answer == ANSWER_DATA)
        c.flags |= CONTACT_ANSWERED;
    place(&c, own, remote);
    if (topic->direction != DIRECTION_INCOMING) {
        /* A peer that a feed names as well joins the feed's alert. */
        struct indicator_match m;
        if (!indicators_match_address(all->indicators, remote, topic->categories, g->t_us, &m, err))
            return false;
        if (!m.found || remote == own)
            snprintf(m.subject, sizeof m.subject, "sid:%lld", (long long)g->sid);
        if (!store_name_id(all->store, str_of(m.subject), &c.subject, err))
            return false;
    }
    return contact_list_add(all->found, &c, err);
}

bool contacts_add_signature(struct contacts *all, const struct seen_signature *g,
    enum ends_kind kind, const struct end *orig, const struct end *resp, struct err *err)
{
    uint64_t topics;
    if (!verdict(all, g, &topics, err))
        return false;
    for (int i = 0; topics >> i && i < all->topic_count; i++)
        if (topics >> i & 1 && !signature_topic(all, &all->topics[i], g, kind, orig, resp, err))
            return false;
    return true;
}
