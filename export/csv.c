/* Comma-separated values: one alert a row, columns named and ordered as the JSON fields. */
#include "export/alert_json.h"
#include "export/csv_cell.h"
#include "export/export.h"
#include "util/timefmt.h"

/* Each adds the raw text of its cell. */
struct column {
    const char *name;
    void (*add)(struct buf *cell, const struct alert *alert, enum lang lang);
};

static void add_time(struct buf *cell, int64_t t_us)
{
    char text[TIME_TEXT_SIZE];
    time_format(t_us, text);
    buf_puts(cell, text);
}

static void add_text(struct buf *cell, const char *text)
{
    buf_puts(cell, text ? text : "");
}

#define COLUMN(function, adder, value)                                                             \
    static void function(struct buf *cell, const struct alert *alert, enum lang lang)              \
    {                                                                                              \
        (void)lang;                                                                                \
        adder(cell, value);                                                                        \
    }

COLUMN(add_generated, add_time, alert->generated_us)
COLUMN(add_start, add_time, alert->start_us)
COLUMN(add_end, add_time, alert->end_us)
COLUMN(add_processed, add_time, alert->processed_us)
COLUMN(add_id, add_text, alert->id)
COLUMN(add_key, add_text, alert->key)
COLUMN(add_type, add_text, alert->type)
COLUMN(add_title, add_text, export_text(alert->title, lang))
COLUMN(add_description, add_text, export_text(alert->description, lang))
COLUMN(add_severity, add_text, severity_names[alert->severity])
COLUMN(add_entity, add_text, alert->entity)
COLUMN(add_tactics, add_text, alert->tactics)
COLUMN(add_techniques, add_text, alert->techniques)
COLUMN(add_status, add_text, alert_status_names[alert->status])
COLUMN(add_vendor, add_text, alert ? EXPORT_VENDOR : "")
COLUMN(add_properties, export_json_properties, alert)

static void add_confidence(struct buf *cell, const struct alert *alert, enum lang lang)
{
    (void)lang;
    buf_printf(cell, "%d.%02d", alert->confidence / 100, alert->confidence % 100);
}

/* The steps on one physical line, so that a row is a line where the log's strings allow it. */
static void add_steps(struct buf *cell, const struct alert *alert, enum lang lang)
{
    for (struct str rest = str_of(export_text(alert->respond, lang)); rest.p;) {
        struct str step = str_trim(str_cut(&rest, '\n'));
        if (step.len > 0 && cell->len > 0)
            buf_puts(cell, "; ");
        buf_add(cell, step);
    }
}

static void add_entities(struct buf *cell, const struct alert *alert, enum lang lang)
{
    (void)lang;
    for (int i = 0; i < alert->entity_count; i++)
        buf_printf(
            cell, "%s%s %s", i > 0 ? "; " : "", alert->entities[i].type, alert->entities[i].value);
}

static const struct column columns[] = {
    {"TimeGenerated", add_generated},
    {"StartTime", add_start},
    {"EndTime", add_end},
    {"ProcessingEndTime", add_processed},
    {"SystemAlertId", add_id},
    {"CorrelationKey", add_key},
    {"AlertType", add_type},
    {"AlertName", add_title},
    {"DisplayName", add_title},
    {"Description", add_description},
    {"AlertSeverity", add_severity},
    {"ConfidenceScore", add_confidence},
    {"CompromisedEntity", add_entity},
    {"Tactics", add_tactics},
    {"Techniques", add_techniques},
    {"Status", add_status},
    {"ProviderName", add_vendor},
    {"VendorName", add_vendor},
    {"ProductName", add_vendor},
    {"RemediationSteps", add_steps},
    {"Entities", add_entities},
    {"ExtendedProperties", add_properties},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static void write_header(struct buf *out, const struct export_options *options)
{
    (void)options;
    for (size_t i = 0; i < COLUMNS; i++)
        buf_printf(out, "%s%s", i > 0 ? "," : "", columns[i].name);
    buf_puts(out, CSV_LINE_END);
}

static void write_alert(
    struct buf *out, const struct alert *alert, const struct export_options *options)
{
    struct buf cell = {0};
    for (size_t i = 0; i < COLUMNS; i++) {
        buf_clear(&cell);
        columns[i].add(&cell, alert, options->lang);
        if (i > 0)
            buf_addc(out, ',');
        export_csv_cell(out, buf_str(&cell), options->spreadsheet_safe);
    }
    buf_puts(out, CSV_LINE_END);
    out->failed |= cell.failed;
    buf_done(&cell);
}

const struct exporter export_csv = {
    .name = "csv",
    .summary = "comma-separated values with a header (RFC 4180), safe to open in a spreadsheet",
    .begin = write_header,
    .alert = write_alert,
    .evidence = true,
};
