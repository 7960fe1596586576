/* The JSON shape of an alert. It is written down in export/alert-json.md: change both together. */
#include "export/alert_json.h"

#include "export/json_write.h"
#include "util/community_id.h"
#include "util/timefmt.h"

#include <netinet/in.h>
#include <stdio.h>

const char *export_text(const char *const text[LANGS], enum lang lang)
{
    return text[lang] ? text[lang] : text[LANG_EN] ? text[LANG_EN] : "";
}

const char *export_protocol(int proto, char text[16])
{
    switch (proto) {
    case IPPROTO_TCP:
        return "tcp";
    case IPPROTO_UDP:
        return "udp";
    case IPPROTO_ICMP:
        return "icmp";
    case IPPROTO_ICMPV6:
        return "icmp6";
    }
    snprintf(text, 16, "%d", proto);
    return text;
}

static void add_time(struct buf *out, const char *key, int64_t t_us)
{
    char text[TIME_TEXT_SIZE];
    time_format(t_us, text);
    export_json_text(out, key, text);
}

static void add_number(struct buf *out, const char *key, int value)
{
    export_json_key(out, key);
    buf_printf(out, "%d", value);
}

static void add_steps(struct buf *out, const char *steps)
{
    export_json_key(out, "RemediationSteps");
    buf_addc(out, '[');
    for (struct str rest = str_of(steps); rest.p;) {
        struct str step = str_trim(str_cut(&rest, '\n'));
        if (step.len == 0)
            continue;
        export_json_next(out);
        buf_add_json(out, step);
    }
    buf_addc(out, ']');
}

static void add_entities(struct buf *out, const struct alert *alert)
{
    export_json_key(out, "Entities");
    buf_addc(out, '[');
    for (int i = 0; i < alert->entity_count; i++) {
        const struct alert_entity *e = &alert->entities[i];
        export_json_next(out);
        buf_addc(out, '{');
        export_json_text(out, "Type", e->type);
        export_json_text(out, strcmp(e->type, "host") == 0 ? "HostName" : "Address", e->value);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

bool export_community_id(const struct alert_evidence *e, char text[COMMUNITY_ID_SIZE])
{
    struct community_flow flow = {.source_port = (uint16_t)e->source_port,
        .destination_port = (uint16_t)e->destination_port,
        .proto = (uint8_t)e->proto};
    return e->proto > 0 && ip_parse(str_of(e->source), &flow.source) &&
           ip_parse(str_of(e->destination), &flow.destination) && community_id(&flow, 0, text);
}

static void add_evidence(struct buf *out, const struct alert_evidence *e)
{
    char protocol[16], community[COMMUNITY_ID_SIZE];
    buf_addc(out, '{');
    add_time(out, "Time", e->t_us);
    export_json_text(out, "Sensor", e->sensor);
    export_json_text_or_null(out, "Uid", e->uid);
    export_json_text_or_null(
        out, "CommunityId", export_community_id(e, community) ? community : NULL);
    export_json_text(out, "Source", e->source);
    add_number(out, "SourcePort", e->source_port);
    export_json_text(out, "Destination", e->destination);
    add_number(out, "DestinationPort", e->destination_port);
    export_json_text(out, "Protocol", export_protocol(e->proto, protocol));
    export_json_text_or_null(out, "Service", e->service);
    export_json_text(out, "What", e->what);
    if (e->twin_uid) {
        export_json_text(out, "SeenBy", "zeek, suricata");
        export_json_text(out, "TwinUid", e->twin_uid);
    }
    buf_addc(out, '}');
}

void export_json_properties(struct buf *out, const struct alert *alert)
{
    buf_addc(out, '{');
    for (int i = 0; i < alert->property_count; i++)
        export_json_text(out, alert->properties[i].name, alert->properties[i].value);
    if (alert->evidence_count > 0) {
        export_json_key(out, "Evidence");
        buf_addc(out, '[');
        for (int i = 0; i < alert->evidence_count; i++) {
            export_json_next(out);
            add_evidence(out, &alert->evidence[i]);
        }
        buf_addc(out, ']');
    }
    buf_addc(out, '}');
}

void export_json_alert(struct buf *out, const struct alert *alert, enum lang lang)
{
    const char *title = export_text(alert->title, lang);
    buf_addc(out, '{');
    add_time(out, "TimeGenerated", alert->generated_us);
    add_time(out, "StartTime", alert->start_us);
    add_time(out, "EndTime", alert->end_us);
    add_time(out, "ProcessingEndTime", alert->processed_us);
    export_json_text(out, "SystemAlertId", alert->id);
    export_json_text(out, "CorrelationKey", alert->key);
    export_json_text(out, "AlertType", alert->type);
    export_json_text(out, "AlertName", title);
    export_json_text(out, "DisplayName", title);
    export_json_text(out, "Description", export_text(alert->description, lang));
    export_json_text(out, "AlertSeverity", severity_names[alert->severity]);
    export_json_key(out, "ConfidenceScore");
    buf_printf(out, "%d.%02d", alert->confidence / 100, alert->confidence % 100);
    export_json_text(out, "CompromisedEntity", alert->entity);
    export_json_text(out, "Tactics", alert->tactics);
    export_json_text(out, "Techniques", alert->techniques);
    export_json_text(out, "Status", alert_status_names[alert->status]);
    export_json_text(out, "ProviderName", EXPORT_VENDOR);
    export_json_text(out, "VendorName", EXPORT_VENDOR);
    export_json_text(out, "ProductName", EXPORT_VENDOR);
    add_steps(out, export_text(alert->respond, lang));
    add_entities(out, alert);
    export_json_key(out, "ExtendedProperties");
    export_json_properties(out, alert);
    buf_addc(out, '}');
}
