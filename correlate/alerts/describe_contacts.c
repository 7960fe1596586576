/* What contacts tell: which indicator or signature speaks, with whom, and whether it was answered. */
#include "correlate/alerts/beacon.h"
#include "correlate/alerts/describe.h"
#include "correlate/alerts/tally.h"
#include "correlate/facts/contacts.h"
#include "correlate/findings/strangers.h"
#include "store/query.h"
#include "util/list.h"
#include "util/timefmt.h"

#include <stdlib.h>

#define LIST_MAX      20
#define EVIDENCE_ENDS 25
#define TIMES_MAX     100000 /* contacts whose regularity is looked at: the first of an episode */

struct sums {
    struct tally_list peers;
    struct tally_list strangers; /* of the peers, those that nothing else speaks of */
    bool by_day;                 /* a subject means a stranger */
    int64_t contacts, answered, inbound, signatures;
    int64_t measured, sent, received;        /* payload, of so many whose flow record has it */
    struct evidence_ref last[EVIDENCE_ENDS]; /* a ring */
    int firsts, lasts;
    int64_t *times; /* of contacts that flows tell of */
    size_t time_count, time_cap;
};

static void sums_done(struct sums *sums)
{
    tally_done(&sums->peers);
    tally_done(&sums->strangers);
    free(sums->times);
}

static bool note_time(struct sums *sums, int64_t t, struct err *err)
{
    if (sums->time_count == TIMES_MAX)
        return true;
    if (!list_room(&sums->times, sums->time_count, &sums->time_cap, sizeof *sums->times, err))
        return false;
    sums->times[sums->time_count++] = t;
    return true;
}

static void add_evidence(struct description *d, struct sums *sums, const struct evidence_ref *ref)
{
    if (sums->firsts < EVIDENCE_ENDS) {
        sums->firsts++;
        describe_evidence(d, ref);
    } else {
        sums->last[sums->lasts++ % EVIDENCE_ENDS] = *ref;
    }
}

static void finish_evidence(struct description *d, const struct sums *sums)
{
    int from = sums->lasts > EVIDENCE_ENDS ? sums->lasts - EVIDENCE_ENDS : 0;
    for (int i = from; i < sums->lasts; i++)
        describe_evidence(d, &sums->last[i % EVIDENCE_ENDS]);
}

#define CONTACTS_OF_OWN                                                                            \
    "SELECT c.t, c.remote, c.flags, c.flow, c.signature, f.orig_bytes, f.resp_bytes, c.lookup, "   \
    "c.scale, c.subject, c.ident "                                                                 \
    "FROM contact AS c LEFT JOIN flow AS f ON f.id = c.flow WHERE c.topic = :topic "               \
    "AND c.own = :own AND c.leg = 0 AND c.roles & :exempt = 0 "

/* The columns of CONTACTS_OF_OWN, in order of time. */
static bool sum_up(struct description *d, struct query *q, struct sums *sums, struct err *err)
{
    bool done = true;
    int64_t last_t = 0, last_ident = 0;
    while (done && query_step(q)) {
        int64_t t = query_i(q, 0), remote = query_i(q, 1), flags = query_i(q, 2);
        bool signature = (flags & CONTACT_SIGNATURE) != 0;
        int64_t scale = query_i(q, 8);
        bool again = sums->contacts && t == last_t && query_i(q, 10) == last_ident;
        last_t = t;
        last_ident = query_i(q, 10);
        if (again) /* two speak of one: a stranger whom a feed names too, for whom the feed came first */
            continue;
        d->scale = scale > d->scale ? scale : d->scale;
        sums->contacts += scale;
        sums->answered += flags & CONTACT_ANSWERED ? scale : 0;
        sums->inbound += flags & CONTACT_INBOUND ? scale : 0;
        sums->signatures += signature;
        sums->measured += !query_null(q, 5) || !query_null(q, 6);
        sums->sent += shape_times(query_i(q, 5), scale);
        sums->received += shape_times(query_i(q, 6), scale);
        d->start_us = t < d->start_us ? t : d->start_us;
        d->end_us = t > d->end_us ? t : d->end_us;
        add_evidence(d, sums,
            &(struct evidence_ref){query_i(q, 3), 0, signature ? query_i(q, 4) : 0, t,
                signature                ? "signature"
                : flags & CONTACT_LOOKUP ? "looked up"
                                         : "contact",
                query_i(q, 7), query_i(q, 10), 0});
        if (!(flags & (CONTACT_SIGNATURE | CONTACT_LOOKUP)))
            done = note_time(sums, t, err);
        if (done && remote != d->episode->key.own) /* own stands for "no peer" */
            done = tally_add(d, &sums->peers, (struct tally){.id = remote, .count = scale}, err);
        if (done && sums->by_day && query_i(q, 9))
            done =
                tally_add(d, &sums->strangers, (struct tally){.id = remote, .count = scale}, err);
    }
    finish_evidence(d, sums);
    return query_done(q, err) && done;
}

/* ------------------------------------------------------------------ an indicator, a signature, or all of a resource */

static void note_kind(struct description *d, const struct sums *sums)
{
    d->blocked = sums->answered == 0;
    d->called = sums->inbound == sums->contacts;
    d->signature = sums->signatures > 0;
    d->count = sums->contacts;
    d->floor = 1;
    if (d->blocked)
        d->variants |= 1u << VARIANT_BLOCKED;
    if (d->signature && d->episode->type->family)
        d->variants |= 1u << VARIANT_FAMILY;
}

/* Contacts that keep time are a program's, not a person's. */
static void add_beacon(struct description *d, const struct sums *sums)
{
    char gap[32];
    struct beacon b = beacon_of(sums->times, sums->time_count);
    if (!b.regular)
        return;
    duration_format(b.gap_us, gap);
    describe_property(d, "Beacon",
        describe_text(d, "every %s: %d %% of %zu gaps within %d %% of it", gap, b.share, b.gaps,
            BEACON_WITHIN));
}

static void fill_contact(struct description *d, const struct sums *sums)
{
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)sums->contacts);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", sums->peers.count);
    d->values[VALUE_TARGETS] = tally_text(d, &sums->peers, 10, TALLY_PLAIN);
    d->values[VALUE_REMOTE] =
        sums->peers.count ? tally_text(d, &sums->peers, 1, TALLY_PLAIN) : NULL;
    note_kind(d, sums);
    describe_property(d, "ContactBlocked", d->blocked ? "true" : "false");
    describe_number(d, "Contacts", sums->contacts);
    describe_number(d, "Answered Contacts", sums->answered);
    if (sums->inbound)
        describe_number(d, "Contacts Opened By The Other Side", sums->inbound);
    if (sums->measured) {
        describe_number(d, "Payload Bytes Of Originators", sums->sent);
        describe_number(d, "Payload Bytes Of Responders", sums->received);
    }
    add_beacon(d, sums);
    describe_property(d, "Peers [Contacts]", tally_text(d, &sums->peers, LIST_MAX, TALLY_COUNT));
    tally_tell(d, &sums->peers);
}

bool describe_contacts(struct description *d, struct err *err)
{
    struct sums sums = {0};
    struct query *q = store_query(d->store, "contacts of an episode",
        CONTACTS_OF_OWN "AND c.t BETWEEN :t0 AND :t1 AND " CONTACT_SPEAKS
                        " ORDER BY c.t, c.ident, c.subject");
    query_bind_i(q, ":topic", d->episode->type_id);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":exempt", d->episode->type->exempt_roles);
    query_bind_i(q, ":subject", d->episode->key.part);
    query_bind_i(q, ":t0", d->episode->t0);
    query_bind_i(q, ":t1", d->episode->t1);
    bool done = sum_up(d, q, &sums, err);
    if (done && sums.contacts) {
        tally_sort(&sums.peers);
        done = describe_subjects(d, err);
        fill_contact(d, &sums);
    }
    sums_done(&sums);
    return done;
}

/* ------------------------------------------------------------------ one port and day */

static void fill_day(struct description *d, const struct sums *sums, int port, int proto)
{
    const char *protocol = proto == PROTO_TCP ? "TCP" : proto == PROTO_UDP ? "UDP" : "ICMP";
    d->values[VALUE_PORT] = describe_text(d, "%d", port);
    d->values[VALUE_SERVICE] = describe_service(d, (uint16_t)port, (uint8_t)proto);
    d->values[VALUE_CONNECTIONS] = describe_text(d, "%lld", (long long)sums->contacts);
    d->values[VALUE_REMOTES] = describe_text(d, "%zu", sums->peers.count);
    d->values[VALUE_TARGETS] = tally_text(d, &sums->peers, 10, TALLY_PLAIN);
    note_kind(d, sums);
    if (sums->strangers.count)
        d->variants |=
            1u << (sums->strangers.count < sums->peers.count ? VARIANT_MIXED : VARIANT_UNLEARNED);
    d->weak = sums->strangers.count == sums->peers.count;
    describe_number(d, "Connections", sums->contacts);
    describe_number(d, "Destination Port", port);
    describe_property(d, "Protocol", protocol);
    describe_property(
        d, "Source IP(s) [Number of attempts]", tally_text(d, &sums->peers, LIST_MAX, TALLY_COUNT));
    describe_number(d, "Answered Contacts", sums->answered);
    describe_number(d, "Number of Sources", (int64_t)sums->peers.count);
    if (sums->strangers.count) {
        describe_number(d, "Number of Unlearned Sources", (int64_t)sums->strangers.count);
        describe_property(d, "Unlearned Sources [Number of attempts]",
            tally_text(d, &sums->strangers, LIST_MAX, TALLY_COUNT));
    }
    tally_tell(d, &sums->peers);
}

/* Strangers count only where their tier was reached: else their port is open to the world. */
static bool strangers_subject(struct description *d, int64_t *subject, struct err *err)
{
    const struct alert_type *type = d->episode->type;
    const struct tier *tier = strangers_tier(type);
    *subject = 0;
    return !tier || !(d->episode->tiers >> (tier - type->tiers) & 1) ||
           store_name_id(d->store, STR(STRANGERS_SUBJECT), subject, err);
}

bool describe_day(struct description *d, struct err *err)
{
    struct sums sums = {.by_day = true};
    int64_t strangers;
    int port = (int)(d->episode->key.part >> 8 & 0xffff), proto = (int)(d->episode->key.part & 255);
    if (!strangers_subject(d, &strangers, err))
        return false;
    struct query *q = store_query(d->store, "sources of a day",
        CONTACTS_OF_OWN
        "AND c.subject IN (0, :strangers) AND c.port = :port AND c.proto = :proto "
        "AND c.t BETWEEN :t0 AND :t1 AND (c.subject = 0 OR NOT EXISTS "
        "(SELECT 1 FROM twin AS w WHERE w.flow = c.flow)) ORDER BY c.t, c.ident, c.subject");
    query_bind_i(q, ":strangers", strangers);
    query_bind_i(q, ":topic", d->episode->type_id);
    query_bind_i(q, ":own", d->episode->key.own);
    query_bind_i(q, ":exempt", d->episode->type->exempt_roles);
    query_bind_i(q, ":port", port);
    query_bind_i(q, ":proto", proto);
    query_bind_i(q, ":t0", d->episode->t0);
    query_bind_i(q, ":t1", d->episode->t1);
    bool done = sum_up(d, q, &sums, err);
    if (done && sums.contacts) {
        tally_sort(&sums.peers);
        tally_sort(&sums.strangers);
        fill_day(d, &sums, port, proto);
    }
    sums_done(&sums);
    return done;
}
