/* The JSON shape of an alert, byte for byte: export/alert-json.md. */
#include "export/export.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct alert_property properties[] = {
    {"Attacker IP", "203.0.113.9"}, {"Number of Connections", "31"}};
static const struct alert_entity entities[] = {
    {"ip", "192.0.2.10"}, {"ip", "203.0.113.9"}, {"host", "web\"1"}};
static const struct alert_evidence evidence[] = {
    {.t_us = 1713514800000001,
        .sensor = "zeek",
        .uid = "C1",
        .source = "203.0.113.9",
        .destination = "192.0.2.10",
        .source_port = 40000,
        .destination_port = 22,
        .proto = 6,
        .service = "ssh",
        .what = "attempt"},
    {.t_us = 1713514801000000,
        .sensor = "suricata",
        .source = "2001:db8::1",
        .destination = "192.0.2.10",
        .proto = 132,
        .what = "contact"},
};

static struct alert sample(void)
{
    return (struct alert){
        .id = "11111111-2222-5333-8444-555555555555",
        .key = "SSH_Incoming_BF_OneToOne|192.0.2.10|203.0.113.9",
        .type = "SSH_Incoming_BF_OneToOne",
        .start_us = 1713514800000001,
        .end_us = 1713514801000000,
        .generated_us = 1713514900000000,
        .processed_us = 1713514900000000,
        .severity = SEVERITY_MEDIUM,
        .confidence = 5,
        .status = STATUS_NEW,
        .comment = "",
        .entity = "web1",
        .tactics = "PreAttack",
        .techniques = "T1110.001,T1133",
        .title = {"Title", "題"},
        .description = {"Line\nof text", "説明"},
        .respond = {"First step.\n\nSecond step.", "手順"},
        .properties = properties,
        .property_count = 2,
        .entities = entities,
        .entity_count = 3,
        .evidence = evidence,
        .evidence_count = 2,
    };
}

static void writes(const struct alert *alert, enum lang lang, const char *want)
{
    const struct export_options options = {.lang = lang};
    struct buf out = {0};
    export_jsonl.alert(&out, alert, &options);
    cr_assert_str_eq(out.text, want);
    buf_done(&out);
}

Test(export_jsonl, writes_every_field_in_the_order_of_its_description)
{
    struct alert alert = sample();
    writes(&alert, LANG_EN,
        "{\"TimeGenerated\":\"2024-04-19T08:21:40.000000Z\","
        "\"StartTime\":\"2024-04-19T08:20:00.000001Z\","
        "\"EndTime\":\"2024-04-19T08:20:01.000000Z\","
        "\"ProcessingEndTime\":\"2024-04-19T08:21:40.000000Z\","
        "\"SystemAlertId\":\"11111111-2222-5333-8444-555555555555\","
        "\"CorrelationKey\":\"SSH_Incoming_BF_OneToOne|192.0.2.10|203.0.113.9\","
        "\"AlertType\":\"SSH_Incoming_BF_OneToOne\","
        "\"AlertName\":\"Title\",\"DisplayName\":\"Title\","
        "\"Description\":\"Line\\nof text\","
        "\"AlertSeverity\":\"Medium\",\"ConfidenceScore\":0.05,"
        "\"CompromisedEntity\":\"web1\",\"Tactics\":\"PreAttack\","
        "\"Techniques\":\"T1110.001,T1133\",\"Status\":\"New\","
        "\"ProviderName\":\"Tocsin\",\"VendorName\":\"Tocsin\",\"ProductName\":\"Tocsin\","
        "\"RemediationSteps\":[\"First step.\",\"Second step.\"],"
        "\"Entities\":[{\"Type\":\"ip\",\"Address\":\"192.0.2.10\"},"
        "{\"Type\":\"ip\",\"Address\":\"203.0.113.9\"},"
        "{\"Type\":\"host\",\"HostName\":\"web\\\"1\"}],"
        "\"ExtendedProperties\":{\"Attacker IP\":\"203.0.113.9\","
        "\"Number of Connections\":\"31\",\"Evidence\":["
        "{\"Time\":\"2024-04-19T08:20:00.000001Z\",\"Sensor\":\"zeek\",\"Uid\":\"C1\","
        "\"CommunityId\":\"1:8zistXkKXBtF0kjkx0Fu5GSMbbI=\","
        "\"Source\":\"203.0.113.9\",\"SourcePort\":40000,"
        "\"Destination\":\"192.0.2.10\",\"DestinationPort\":22,"
        "\"Protocol\":\"tcp\",\"Service\":\"ssh\",\"What\":\"attempt\"},"
        "{\"Time\":\"2024-04-19T08:20:01.000000Z\",\"Sensor\":\"suricata\",\"Uid\":null,"
        "\"CommunityId\":null,"
        "\"Source\":\"2001:db8::1\",\"SourcePort\":0,"
        "\"Destination\":\"192.0.2.10\",\"DestinationPort\":0,"
        "\"Protocol\":\"132\",\"Service\":null,\"What\":\"contact\"}]}}\n");
}

Test(export_jsonl, leaves_evidence_out_where_there_is_none)
{
    struct alert alert = sample();
    struct buf out = {0};
    alert.evidence_count = alert.property_count = 0;
    export_jsonl.alert(&out, &alert, &(struct export_options){.lang = LANG_JA});
    cr_assert(strstr(out.text, "\"ExtendedProperties\":{}}\n"), "%s", out.text);
    cr_assert(strstr(out.text, "\"DisplayName\":\"題\""), "%s", out.text);
    cr_assert(strstr(out.text, "\"RemediationSteps\":[\"手順\"]"), "%s", out.text);
    buf_done(&out);
}

Test(export_jsonl, confidence_has_two_decimals_from_nought_to_one)
{
    static const struct {
        int confidence;
        const char *text;
    } cases[] = {{0, ":0.00,"}, {9, ":0.09,"}, {70, ":0.70,"}, {100, ":1.00,"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct alert alert = sample();
        struct buf out = {0};
        alert.confidence = cases[i].confidence;
        export_jsonl.alert(&out, &alert, &(struct export_options){.lang = LANG_EN});
        char *at = strstr(out.text, "\"ConfidenceScore\"");
        cr_assert(at && strncmp(at + strlen("\"ConfidenceScore\""), cases[i].text, 6) == 0);
        buf_done(&out);
    }
}

Test(export_jsonl, one_alert_is_one_line_whatever_a_log_says)
{
    static const struct alert_entity hostile[] = {{"host", "a\nb\033[2J\xff\x7f"}};
    struct alert alert = sample();
    struct buf out = {0};
    alert.entities = hostile;
    alert.entity_count = 1;
    export_jsonl.alert(&out, &alert, &(struct export_options){.lang = LANG_EN});
    cr_assert_eq(strchr(out.text, '\n'), out.text + out.len - 1);
    for (size_t i = 0; i + 1 < out.len; i++)
        cr_assert((unsigned char)out.text[i] >= 0x20 && out.text[i] != 0x7f);
    cr_assert(str_is_utf8(buf_str(&out)));
    buf_done(&out);
}
