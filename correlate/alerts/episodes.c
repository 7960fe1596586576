/* Episodes: chains of findings, cut into slices, each described and stored as an alert. */
#include "correlate/alerts/episodes.h"

#include "correlate/alerts/basis.h"
#include "correlate/alerts/confidence.h"
#include "correlate/alerts/describe.h"
#include "correlate/alerts/gate_tell.h"
#include "correlate/alerts/poll.h"
#include "correlate/facts/indicators.h"
#include "correlate/findings/gate.h"
#include "store/query.h"
#include "util/list.h"
#include "util/uuid.h"

#include <stdlib.h>

/* The name space of SystemAlertId: never to be changed, or all ids would. */
static const uint8_t name_space[16] = {
    0x5a, 0x1d, 0x3c, 0x7e, 0x90, 0x42, 0x4f, 0x6b, 0x8e, 0x57, 0x21, 0xb4, 0x0d, 0xc9, 0x63, 0xf8};

struct work {
    struct store *store;
    const struct correlate_input *input;
    const struct alert_type *type;
    struct periodic_query query;
    int64_t type_id;
    struct gate *gate;
    struct gate *leader; /* of the type that this one yields to; NULL */
    struct correlate_totals *totals;
    bool changes_known;
    struct indicators *indicators; /* NULL until first asked for */
    struct arena arena;            /* one alert at a time */
};

/* One slice, and whether the facts gave an alert for it. */
struct slice {
    int64_t began_us, t0, t1;
    uint64_t tiers;
    int64_t row; /* of the alert that lives and whose records may be shown again; or 0 */
    char uid[UUID_TEXT_SIZE]; /* empty: no alert */
};

struct slice_list {
    struct slice *items;
    size_t count, cap;
};

/* ------------------------------------------------------------------ slices */

static bool add_slice(struct slice_list *list, const struct slice *slice, struct err *err)
{
    if (!list_room(&list->items, list->count, &list->cap, sizeof *list->items, err))
        return false;
    list->items[list->count++] = *slice;
    return true;
}

/* Adds one finding, in order of t0, to the last slices: those of the chain that it continues, or a
 * chain of its own. Slices begin at the chain's start plus whole multiples of seven days. */
static bool add_finding(struct slice_list *list, int64_t *chain_start, int64_t *chain_end,
    int64_t t0, int64_t t1, uint64_t tier, int64_t gap_us, struct err *err)
{
    bool continues = list->count && (t0 <= *chain_end || t0 - *chain_end < gap_us);
    if (!continues) {
        *chain_start = t0;
        *chain_end = t1;
    }
    *chain_end = t1 > *chain_end ? t1 : *chain_end;
    for (int64_t n = (t0 - *chain_start) / EPISODE_MAX_US;; n++) {
        int64_t began = *chain_start + n * EPISODE_MAX_US, last = began + EPISODE_MAX_US - 1;
        if (began > t1)
            return true;
        struct slice *known = NULL;
        for (size_t i = list->count; i > 0 && list->items[i - 1].began_us >= began; i--)
            if (list->items[i - 1].began_us == began)
                known = &list->items[i - 1];
        struct slice part = {began, t0 > began ? t0 : began, t1 < last ? t1 : last, tier, 0, ""};
        if (!known) {
            if (!add_slice(list, &part, err))
                return false;
            continue;
        }
        known->t1 = part.t1 > known->t1 ? part.t1 : known->t1;
        known->tiers |= tier;
    }
}

/* roles: the client's; tiers that they lift it from do not count. */
static bool load_slices(struct work *w, const struct finding_key *key, unsigned roles,
    struct slice_list *list, struct err *err)
{
    int64_t chain_start = 0, chain_end = 0;
    struct gate_span *spans;
    size_t count;
    bool done = gate_spans(w->gate, key, &spans, &count, err);
    if (!done)
        return false;
    for (size_t i = 0; done && i < count; i++)
        done = w->type->tiers[spans[i].tier].exempt_roles & roles ||
               add_finding(list, &chain_start, &chain_end, spans[i].t0, spans[i].t1,
                   UINT64_C(1) << spans[i].tier, w->type->gap_us, err);
    free(spans);
    return done;
}

/* ------------------------------------------------------------------ who is never reported */

/* The client of incoming traffic is the remote end, where the key has one; else our own. */
static bool client_roles(
    struct work *w, const struct finding_key *key, unsigned *roles, struct err *err)
{
    bool incoming = w->type->direction == DIRECTION_INCOMING;
    bool has_remote = w->query.facts == QUERY_ATTEMPT_BY_REMOTE;
    struct ipaddr client;
    *roles = 0;
    if (incoming && !has_remote) /* many clients: the query leaves out those with a role */
        return true;
    if (!store_address(w->store, incoming ? key->remote : key->own, &client, err))
        return false;
    const struct resource *resource = inventory_find(w->input->inventory, &client);
    *roles = resource ? resource->roles : 0;
    return true;
}

/* One-to-many takes over from one-to-one unless that reached a tier that stands by itself. */
static bool yields(struct work *w, const struct finding_key *key, const struct slice *slice,
    bool *yes, struct err *err)
{
    *yes = false;
    if (!w->leader)
        return true;
    for (int i = 0; i < w->type->tier_count; i++)
        if (slice->tiers >> i & 1 && strcmp(w->type->tiers[i].name, w->type->yields_unless) == 0)
            return true;
    const struct finding_key all = {.own = key->own, .service = key->service};
    struct gate_span *spans;
    size_t count;
    if (!gate_spans(w->leader, &all, &spans, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        *yes |= spans[i].t0 <= slice->t1 && spans[i].t1 >= slice->t0;
    free(spans);
    return true;
}

/* ------------------------------------------------------------------ identity */

static const char *part_text(struct work *w, int64_t part, struct err *err)
{
    char day[TIME_TEXT_SIZE];
    const char *text;
    if (w->query.facts != QUERY_CONTACT_BY_DAY) {
        if (!store_name(w->store, part, &text, err))
            return NULL;
        return arena_strdup(&w->arena, str_of(text));
    }
    time_format((part >> 24) * TIME_US_DAY, day); /* floor: days before 1970 are negative */
    struct buf b = {0};
    buf_printf(&b, "%d/%d %.10s", (int)(part >> 8 & 0xffff), (int)(part & 255), day);
    text = b.failed ? NULL : arena_strdup(&w->arena, buf_str(&b));
    buf_done(&b);
    return text;
}

/* "SSH_Incoming_BF_OneToOne|incoming|192.0.2.1|203.0.113.9|ssh": what does not belong to the key is
 * left empty. */
static bool key_text(
    struct work *w, const struct finding_key *key, struct buf *text, struct err *err)
{
    const char *service, *part;
    char own[IP_TEXT_SIZE], remote[IP_TEXT_SIZE] = "";
    struct ipaddr ip;
    if (!store_address(w->store, key->own, &ip, err))
        return false;
    ip_format(&ip, own);
    if (w->query.facts == QUERY_ATTEMPT_BY_REMOTE) {
        if (!store_address(w->store, key->remote, &ip, err))
            return false;
        ip_format(&ip, remote);
    }
    if (!store_name(w->store, key->service, &service, err) ||
        !(part = part_text(w, key->part, err)))
        return false;
    buf_printf(text, "%s|%s|%s|%s|%s|%s", w->type->code,
        w->type->direction == DIRECTION_INCOMING ? "incoming" : "outgoing", own, remote, service,
        part);
    return !text->failed || err_nomem(err);
}

static void name_alert(const struct buf *key, int64_t began_us, char uid[UUID_TEXT_SIZE])
{
    struct buf name = {0};
    buf_printf(&name, "%s|%lld", key->text, (long long)began_us);
    uuid_v5(name_space, buf_str(&name), uid);
    buf_done(&name);
}

/* ------------------------------------------------------------------ texts */

static const char *look_up_value(void *arg, struct str placeholder)
{
    const struct description *d = arg;
    const struct alert_type *type = d->episode->type;
    for (int i = 0; i < type->filling_count; i++)
        for (int v = 0;
             v < DESCRIBE_VALUES && str_eq(str_of(type->fillings[i].placeholder), placeholder); v++)
            if (strcmp(type->fillings[i].value, describe_vocabulary[v]) == 0)
                return d->prose[v] ? d->prose[v] : d->values[v] ? d->values[v] : "";
    return NULL;
}

static const char *fill(struct work *w, struct description *d, const char *text)
{
    char *filled = catalog_fill(text, look_up_value, d);
    const char *kept = filled ? arena_strdup(&w->arena, str_of(filled)) : NULL;
    free(filled);
    return kept;
}

/* What the type says of such an episode: its variant's text where there is one. */
static struct text_variant texts_of(const struct description *d)
{
    const struct alert_type *type = d->episode->type;
    const struct text_variant *v = describe_variant(d);
    struct text_variant texts = {.word = v ? v->word : NULL};
    for (int lang = 0; lang < LANGS; lang++) {
        texts.title[lang] = v && v->title[lang] ? v->title[lang] : type->title[lang];
        texts.description[lang] =
            v && v->description[lang] ? v->description[lang] : type->description[lang];
        texts.pool[lang] = v && v->pool[lang] ? v->pool[lang] : type->pool[lang];
        texts.respond[lang] = v && v->respond[lang] ? v->respond[lang] : type->respond[lang];
    }
    return texts;
}

/* The description; for a load balancer or gateway the sentence about its pool follows. */
static const char *fill_description(
    struct work *w, struct description *d, const struct text_variant *texts, enum lang lang)
{
    const char *text = fill(w, d, texts->description[lang]);
    if (!text || !texts->pool[lang] || !d->resource || d->resource->type == RESOURCE_HOST)
        return text;
    const char *pool = fill(w, d, texts->pool[lang]);
    struct buf b = {0};
    buf_printf(&b, "%s%s%s", text, lang == LANG_EN ? " " : "", pool ? pool : "");
    text = b.failed ? NULL : arena_strdup(&w->arena, buf_str(&b));
    buf_done(&b);
    return text;
}

static bool fill_texts(
    struct work *w, struct description *d, struct alert_draft *draft, struct err *err)
{
    bool memory = true;
    const struct text_variant texts = texts_of(d);
    for (int lang = 0; lang < LANGS; lang++) {
        draft->title[lang] = fill(w, d, texts.title[lang]);
        draft->description[lang] = fill_description(w, d, &texts, (enum lang)lang);
        draft->respond[lang] = fill(w, d, texts.respond[lang]);
        memory = memory && draft->title[lang] && draft->description[lang] && draft->respond[lang];
    }
    return memory || err_nomem(err);
}

/* ------------------------------------------------------------------ one alert */

static bool put_alert(struct work *w, const struct finding_key *key, struct slice *slice,
    struct alert_draft *draft, struct err *err)
{
    struct buf text = {0};
    enum alert_change change = ALERT_SAME;
    bool done = key_text(w, key, &text, err);
    if (done) {
        name_alert(&text, slice->began_us, slice->uid);
        draft->uid = slice->uid;
        draft->key = text.text;
        done = store_alert_put(w->store, draft, w->input->now_us, &change, err);
    }
    buf_done(&text);
    if (change == ALERT_CREATED) {
        w->totals->alerts_new++;
        w->totals->new_by_severity[w->type->severity]++;
    }
    w->totals->alerts_changed += change == ALERT_UPDATED;
    return done;
}

/* Tiers with queries of their own have keys of their own: the first one that was reached tells. */
static bool query_of(
    const struct work *w, uint64_t tiers, struct periodic_query *query, struct err *err)
{
    int first = tiers ? __builtin_ctzll(tiers) : 0;
    return periodic_query_of(w->type, &w->type->tiers[first], query, err);
}

static bool tell_gate(struct work *w, struct description *d, struct err *err)
{
    struct gate_basis basis;
    const struct episode *e = d->episode;
    if (!gate_explain(w->gate, &e->key, e->t0, e->t1, &basis, err))
        return false;
    gate_tell(d, &basis);
    return true;
}

/* All that is told of an episode. */
static bool tell_all(struct work *w, struct description *d, struct err *err)
{
    return describe(d, err) &&
           (!d->count || (basis_tiers(d, err) && tell_gate(w, d, err) && poll_tell(d, err)));
}

/* Of attempts the older ones are not read again and again. row: as in a slice. */
static bool tell_with_past(struct work *w, struct description *d, int64_t row, struct err *err)
{
    const struct episode *e = d->episode;
    const struct past_key of = {e->type, e->type_id, e->key, e->began_us, e->t0, e->t1};
    struct past past;
    struct kept_evidence kept[ALERT_EVIDENCE_MAX];
    if (!query_reads_attempts(e->query->facts))
        return tell_all(w, d, err);
    d->past = &past;
    d->kept = kept;
    bool done = past_open(&past, w->store, &of, err) &&
                (!row || store_alert_evidence(w->store, row, kept, &d->kept_count, err)) &&
                past_unchanged(&past, w->store, &d->unchanged_us, err) && tell_all(w, d, err) &&
                past_keep(&past, w->store, err);
    past_done(&past);
    d->past = NULL;
    d->kept = NULL;
    return done;
}

static bool make_alert(
    struct work *w, const struct finding_key *key, struct slice *slice, struct err *err)
{
    struct periodic_query query;
    struct episode episode = {
        w->type, &query, w->type_id, *key, slice->began_us, slice->t0, slice->t1, slice->tiers};
    struct description *d = calloc(1, sizeof *d);
    if (!d)
        return err_nomem(err);
    d->store = w->store;
    d->catalog = w->input->catalog;
    d->inventory = w->input->inventory;
    d->episode = &episode;
    d->indicators = &w->indicators;
    d->arena = &w->arena;
    struct alert_draft draft = {
        .type_id = w->type_id,
        .own = key->own,
        .remote = key->remote,
        .service = key->service,
        .part = key->part,
        .began_us = slice->began_us,
        .severity = w->type->severity,
        .tactics = w->type->attack_tactics,
        .techniques = w->type->techniques,
    };
    bool done = query_of(w, slice->tiers, &query, err) && tell_with_past(w, d, slice->row, err);
    if (done && d->count) {
        draft.start_us = d->start_us;
        draft.end_us = d->end_us;
        draft.confidence = confidence_of(d);
        draft.entity = d->values[VALUE_OWN_NAME];
        draft.properties = d->properties;
        draft.property_count = d->property_count;
        draft.entities = d->entities;
        draft.entity_count = d->entity_count;
        draft.evidence = d->evidence;
        draft.evidence_count = d->evidence_count;
        draft.basis = d->basis;
        draft.basis_count = d->basis_count;
        done = fill_texts(w, d, &draft, err) && put_alert(w, key, slice, &draft, err);
    }
    free(d);
    arena_reset(&w->arena);
    return done;
}

/* ------------------------------------------------------------------ one key */

static const struct living_alert *living_alert(
    const struct living_alert *living, size_t count, const struct slice *slice)
{
    for (size_t i = 0; i < count; i++)
        if (living[i].began_us == slice->began_us)
            return &living[i];
    return NULL;
}

/* Makes or renews the alert of every slice that the dirty span meets, or that has none yet. */
static bool renew(struct work *w, const struct span *dirty, struct slice_list *slices,
    const struct living_alert *living, size_t living_count, struct err *err)
{
    for (size_t i = 0; i < slices->count; i++) {
        struct slice *slice = &slices->items[i];
        const struct living_alert *now = living_alert(living, living_count, slice);
        bool meets = slice->t0 <= dirty->t1 && slice->t1 >= dirty->t0, skip;
        if (now && !meets) {
            memcpy(slice->uid, now->uid, sizeof slice->uid);
            continue;
        }
        slice->row = now && w->changes_known ? now->row : 0;
        if (!yields(w, &dirty->key, slice, &skip, err) ||
            (!skip && !make_alert(w, &dirty->key, slice, err)))
            return false;
    }
    return true;
}

static const char *successor_of(const struct living_alert *old, const struct slice_list *slices)
{
    for (size_t i = 0; i < slices->count; i++)
        if (slices->items[i].uid[0] && slices->items[i].t0 <= old->end_us &&
            slices->items[i].t1 >= old->start_us)
            return slices->items[i].uid;
    return NULL;
}

/* Living alerts whose slice is no more, or gives no alert now. */
static bool end_others(struct work *w, const struct slice_list *slices,
    const struct living_alert *living, size_t living_count, struct err *err)
{
    for (size_t n = 0; n < living_count; n++) {
        bool stays = false;
        for (size_t i = 0; i < slices->count && !stays; i++)
            stays = strcmp(slices->items[i].uid, living[n].uid) == 0;
        if (stays)
            continue;
        const char *successor = successor_of(&living[n], slices);
        if (!store_alert_end(w->store, &living[n], successor, w->input->now_us, err))
            return false;
        w->totals->alerts_superseded += successor != NULL;
        w->totals->alerts_withdrawn += successor == NULL;
    }
    return true;
}

static void drop_slices(struct slice_list *slices, int64_t until_us)
{
    size_t kept = 0;
    for (size_t i = 0; i < slices->count; i++)
        if (slices->items[i].began_us > until_us)
            slices->items[kept++] = slices->items[i];
    slices->count = kept;
}

static bool update_key(struct work *w, const struct span *dirty, struct err *err)
{
    struct slice_list slices = {0};
    /* Slices that began up to here ended before the span, and so did their alerts: both are as they were. */
    int64_t over = time_later(dirty->t0, -EPISODE_MAX_US);
    struct living_alert *living = NULL;
    size_t living_count = 0;
    unsigned roles = 0;
    if (!client_roles(w, &dirty->key, &roles, err))
        return false;
    bool done = roles & w->type->exempt_roles || load_slices(w, &dirty->key, roles, &slices, err);
    drop_slices(&slices, over);
    done = done &&
           store_alert_living(w->store, w->type_id, dirty->key.own, dirty->key.remote,
               dirty->key.service, dirty->key.part, over, &living, &living_count, err) &&
           renew(w, dirty, &slices, living, living_count, err) &&
           end_others(w, &slices, living, living_count, err);
    free(living);
    free(slices.items);
    return done;
}

static bool open_gates(struct work *w, struct err *err)
{
    const struct alert_type *leader =
        w->type->yields_to ? catalog_type(w->input->catalog, w->type->yields_to) : NULL;
    w->gate = gate_new(w->store, w->input, w->type, err);
    w->leader = w->gate && leader ? gate_new(w->store, w->input, leader, err) : NULL;
    return w->gate && (!leader || w->leader);
}

bool episodes_update(struct store *s, const struct correlate_input *input,
    const struct alert_type *type, const struct span_list *dirty, bool changes_known,
    struct correlate_totals *totals, struct err *err)
{
    struct work w = {
        .store = s, .input = input, .type = type, .totals = totals, .changes_known = changes_known};
    bool done = open_gates(&w, err) && periodic_query(type, &w.query, err) &&
                store_name_id(s, str_of(type->code), &w.type_id, err);
    for (size_t i = 0; done && i < dirty->count; i++)
        done = update_key(&w, &dirty->spans[i], err);
    arena_done(&w.arena);
    gate_free(w.gate);
    gate_free(w.leader);
    indicators_free(w.indicators);
    return done;
}
