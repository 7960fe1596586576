/* One alert, one row. */
#include "cli/alert_list.h"

#include "cli/rows.h"
#include "cli/words.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    COLUMN_ID,
    COLUMN_TYPE,
    COLUMN_SEVERITY,
    COLUMN_CONFIDENCE,
    COLUMN_START,
    COLUMN_END,
    COLUMN_ENTITY,
    COLUMN_REMOTE,
    COLUMN_COUNT,
    COLUMNS
};

#define NARROW 140 /* cells; in fewer, times have no seconds and words are short */

static const struct {
    const char *title; /* for people */
    const char *field; /* for programs: as in the JSON, where it is there */
    int min_width;     /* a narrower terminal goes without it, so that the others stay readable */
} columns[COLUMNS] = {
    [COLUMN_ID] = {"ID", "SystemAlertId", 0},
    [COLUMN_TYPE] = {"TYPE", "AlertType", 0},
    [COLUMN_SEVERITY] = {"SEVERITY", "AlertSeverity", 0},
    [COLUMN_CONFIDENCE] = {"CONF", "ConfidenceScore", 120},
    [COLUMN_START] = {"START", "StartTime", 0},
    [COLUMN_END] = {"END", "EndTime", NARROW},
    [COLUMN_ENTITY] = {"OWN", "CompromisedEntity", 0},
    [COLUMN_REMOTE] = {"REMOTE", "Remote", 100},
    [COLUMN_COUNT] = {"COUNT", "Count", 110},
};

#define ID_SHOWN 8 /* enough for `alerts show` in any list that people read */

static const enum table_style severity_styles[SEVERITIES] = {
    STYLE_NONE, STYLE_LOW, STYLE_MEDIUM, STYLE_HIGH};

bool alert_list_open(struct alert_list *list, struct output *out, enum output_format format,
    bool header, enum lang lang, struct err *err)
{
    *list = (struct alert_list){.out = out, .format = format, .lang = lang};
    if (format == FORMAT_JSON || format == FORMAT_JSONL)
        return true;
    bool table = format == FORMAT_TABLE;
    const char *names[COLUMNS];
    int count = 0;
    for (int i = 0; i < COLUMNS; i++) {
        if (table && out->width > 0 && out->width < columns[i].min_width)
            continue;
        names[count++] = table ? word_in(lang, columns[i].title) : columns[i].field;
        list->columns |= 1u << i;
    }
    list->rows = rows_open(out, format, header, count, names);
    return list->rows || err_nomem(err);
}

static bool add_json(struct alert_list *list, const struct alert *alert)
{
    struct buf text = {0};
    if (list->format == FORMAT_JSON)
        buf_puts(&text, list->count == 0 ? "[\n" : ",\n");
    export_json_alert(&text, alert, list->lang);
    if (list->format == FORMAT_JSONL)
        buf_addc(&text, '\n');
    bool ok = !text.failed && output_write(list->out, buf_str(&text));
    buf_done(&text);
    list->count++;
    return ok;
}

/* The value of the first of these properties that the alert has; NULL without any. */
static const char *find_property(const struct alert *alert, const char *const names[])
{
    for (; *names; names++) {
        for (int i = 0; i < alert->property_count; i++) {
            if (strcmp(alert->properties[i].name, *names) == 0)
                return alert->properties[i].value;
        }
    }
    return NULL;
}

/* How many others the alert says there are; its entities are cut at ALERT_ENTITIES_MAX. */
static const char *const number_of_others[] = {"Number of Attacking IPs", "Number of Attacked IPs",
    "Number of Targets", "Number of Sources", NULL};
/* How much there was of it. */
static const char *const amounts[] = {"Attempts", "Contacts", "Failed Connections",
    "Attack-Shaped Flows", "Connections", "Number of Connections", NULL};

/* The other side: the first address that is not the alert's own, and how many more there are. */
static void add_remote(struct buf *out, const struct alert *alert)
{
    const char *first = NULL, *told = find_property(alert, number_of_others);
    uint64_t others = 0, listed = 0;
    for (int i = 1; i < alert->entity_count; i++) {
        const struct alert_entity *e = &alert->entities[i];
        if (strcmp(e->type, "ip") != 0)
            continue;
        if (!first)
            first = e->value;
        listed++;
    }
    if (!told || !str_u64(str_of(told), &others) || others < listed)
        others = listed;
    buf_puts(out, first ? first : "");
    if (first && others > 1)
        buf_printf(out, " +%" PRIu64, others - 1);
}

static const char *find_amount(const struct alert *alert)
{
    const char *amount = find_property(alert, amounts);
    return amount ? amount : "";
}

static bool is_narrow(const struct alert_list *list)
{
    return list->format == FORMAT_TABLE && list->out->width > 0 && list->out->width < NARROW;
}

struct times {
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE];
    const char *end_shown;
};

/* In a table without fractions, and the end without its date on the day of the start. */
static void format_times(const struct alert *alert, bool table, bool narrow, struct times *t)
{
    (table ? time_format_s : time_format)(alert->start_us, t->start);
    (table ? time_format_s : time_format)(alert->end_us, t->end);
    if (narrow)
        memcpy(t->start + strlen("2024-04-19T08:23"), "Z", sizeof "Z");
    bool same_day = table && strncmp(t->start, t->end, strlen("2024-04-19T")) == 0;
    t->end_shown = same_day ? t->end + strlen("2024-04-19T") : t->end;
}

/* Closes the ranks of the cells that are shown. */
static const struct rows_cell *keep_shown(const struct alert_list *list, struct rows_cell *cells)
{
    int count = 0;
    for (int i = 0; i < COLUMNS; i++) {
        if (list->columns >> i & 1)
            cells[count++] = cells[i];
    }
    return cells;
}

static bool add_row(struct alert_list *list, const struct alert *alert)
{
    bool table = list->format == FORMAT_TABLE;
    struct times times;
    char confidence[16];
    struct buf remote = {0};
    const char *severity_name = severity_names[alert->severity];
    struct str id = str_of(alert->id);
    struct str severity = str_of(table ? word_in(list->lang, severity_name) : severity_name);
    bool narrow = is_narrow(list);
    if (table && id.len > ID_SHOWN)
        id.len = ID_SHOWN;
    if (narrow && list->lang == LANG_EN && alert->severity == SEVERITY_INFORMATIONAL)
        severity.len = strlen("Info");
    format_times(alert, table, narrow, &times);
    if (table)
        snprintf(confidence, sizeof confidence, "%d %%", alert->confidence);
    else
        snprintf(confidence, sizeof confidence, "%d.%02d", alert->confidence / 100,
            alert->confidence % 100);
    add_remote(&remote, alert);
    struct rows_cell cells[COLUMNS] = {
        [COLUMN_ID] = {id, 't', STYLE_NONE},
        [COLUMN_TYPE] = {str_of(alert->type), 't', STYLE_NONE},
        [COLUMN_SEVERITY] = {severity, 't', severity_styles[alert->severity]},
        [COLUMN_CONFIDENCE] = {str_of(confidence), 'r', STYLE_NONE},
        [COLUMN_START] = {str_of(times.start), 't', STYLE_NONE},
        [COLUMN_END] = {str_of(times.end_shown), 't', STYLE_NONE},
        [COLUMN_ENTITY] = {str_of(alert->entity), 't', STYLE_NONE},
        [COLUMN_REMOTE] = {buf_str(&remote), 't', STYLE_NONE},
        [COLUMN_COUNT] = {str_of(find_amount(alert)), 'i', STYLE_NONE},
    };
    bool ok = !remote.failed && rows_add(list->rows, keep_shown(list, cells));
    buf_done(&remote);
    list->count++;
    return ok;
}

bool alert_list_add(struct alert_list *list, const struct alert *alert)
{
    return list->rows ? add_row(list, alert) : add_json(list, alert);
}

bool alert_list_close(struct alert_list *list, struct err *err)
{
    bool ok = true;
    if (list->rows)
        ok = rows_close(list->rows, err);
    else if (list->format == FORMAT_JSON)
        output_write(list->out, str_of(list->count == 0 ? "[]\n" : "\n]\n"));
    rows_free(list->rows);
    list->rows = NULL;
    return ok;
}
