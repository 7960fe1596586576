/* The page that `alerts show` prints, in either language. */
#include "cli/alert_text.h"

#include "cli/table.h"
#include "cli/words.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <stdio.h>

#define PAGE_WIDTH_MAX 100 /* longer lines are hard to read */
#define INDENT         2

enum word {
    WORD_ID,
    WORD_TYPE,
    WORD_SEVERITY,
    WORD_CONFIDENCE,
    WORD_STATUS,
    WORD_START,
    WORD_END,
    WORD_RAISED,
    WORD_CHANGED,
    WORD_ENTITY,
    WORD_TACTICS,
    WORD_TECHNIQUES,
    WORD_COMMENT,
    WORD_VALUES,
    WORD_ADDRESSES,
    WORD_STEPS,
    WORD_EVIDENCE,
    WORD_NO_EVIDENCE,
    WORDS
};

static const char *const words[LANGS][WORDS] = {
    [LANG_EN] = {"Id", "Type", "Severity", "Confidence", "Status", "Start", "End", "Raised",
        "Last change", "Own", "Tactics", "Techniques", "Comment", "Values",
        "Addresses and machines", "What to do", "Evidence", "The records are no longer kept."},
    [LANG_JA] = {"ID", "種類", "重大度", "信頼度", "状態", "開始", "終了", "検出", "最終更新",
        "対象", "戦術", "手法", "コメント", "値", "アドレスとコンピューター", "対処", "証拠",
        "記録はもう保存されていません。"},
};

struct page {
    struct buf *out;
    enum lang lang;
    int width;
    bool color;
};

static const char *word(const struct page *p, enum word w)
{
    return words[p->lang][w];
}

static void heading(const struct page *p, const char *text)
{
    buf_printf(p->out, "\n%s%s%s\n", p->color ? STYLE_BOLD : "", text, p->color ? STYLE_END : "");
}

/* Visible, wrapped, indented; a '\n' of the text begins a new paragraph. */
static void paragraph(const struct page *p, int indent, struct str text)
{
    while (text.p) {
        struct str line = str_cut(&text, '\n');
        struct buf visible = {0};
        buf_add_visible(&visible, line);
        buf_printf(p->out, "%*s", indent, "");
        text_wrap(p->out, buf_str(&visible), indent, p->width - indent);
        buf_addc(p->out, '\n');
        p->out->failed |= visible.failed;
        buf_done(&visible);
    }
}

/* "  label   value", the value wrapped under itself. */
static void row(const struct page *p, const char *label, int label_width, const char *value)
{
    struct buf name = {0}, text = {0};
    int column = INDENT + label_width + 2;
    buf_add_visible(&name, str_of(label));
    buf_add_visible(&text, str_of(value));
    buf_printf(p->out, "%*s", INDENT, "");
    buf_add(p->out, buf_str(&name));
    buf_printf(p->out, "%*s", column - INDENT - text_width(buf_str(&name)), "");
    text_wrap(p->out, buf_str(&text), column, p->width - column > 20 ? p->width - column : 20);
    buf_addc(p->out, '\n');
    p->out->failed |= name.failed || text.failed;
    buf_done(&name);
    buf_done(&text);
}

static void facts(const struct page *p, const struct alert *alert)
{
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE], raised[TIME_TEXT_SIZE],
        changed[TIME_TEXT_SIZE];
    char confidence[16], lasted[32], span[TIME_TEXT_SIZE + 40];
    struct buf tactics = {0};
    time_format_s(alert->start_us, start);
    time_format_s(alert->end_us, end);
    time_format_s(alert->generated_us, raised);
    time_format_s(alert->processed_us, changed);
    duration_format(alert->end_us - alert->start_us, lasted);
    snprintf(span, sizeof span, "%s (%s)", end, lasted);
    snprintf(confidence, sizeof confidence, "%d %%", alert->confidence);
    words_in(p->lang, alert->tactics, &tactics);
    const struct {
        enum word label;
        const char *value;
    } rows[] = {
        {WORD_TYPE, alert->type},
        {WORD_SEVERITY, word_in(p->lang, severity_names[alert->severity])},
        {WORD_CONFIDENCE, confidence},
        {WORD_STATUS, word_in(p->lang, alert_status_names[alert->status])},
        {WORD_START, start},
        {WORD_END, span},
        {WORD_ENTITY, alert->entity},
        {WORD_TACTICS, tactics.text},
        {WORD_TECHNIQUES, alert->techniques},
        {WORD_RAISED, raised},
        {WORD_CHANGED, changed},
        {WORD_COMMENT, alert->comment},
        {WORD_ID, alert->id},
    };
    buf_addc(p->out, '\n');
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].value && *rows[i].value)
            row(p, word(p, rows[i].label), 11, rows[i].value);
    }
    p->out->failed |= tactics.failed;
    buf_done(&tactics);
}

static void values(const struct page *p, const struct alert *alert)
{
    int width = 0;
    for (int i = 0; i < alert->property_count; i++) {
        int name = text_width(str_of(alert->properties[i].name));
        width = name > width ? name : width;
    }
    if (alert->property_count > 0)
        heading(p, word(p, WORD_VALUES));
    for (int i = 0; i < alert->property_count; i++) {
        const struct alert_property *a = &alert->properties[i];
        row(p, a->name, width,
            strcmp(a->name, "Intent") == 0 ? word_in(p->lang, a->value) : a->value);
    }
}

static void entities(const struct page *p, const struct alert *alert)
{
    struct buf list = {0};
    if (alert->entity_count == 0)
        return;
    heading(p, word(p, WORD_ADDRESSES));
    for (int i = 0; i < alert->entity_count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", alert->entities[i].value);
    for (size_t i = 0; i < list.len; i++) {
        if (list.text[i] == '\n')
            list.text[i] = ' ';
    }
    paragraph(p, INDENT, buf_str(&list));
    p->out->failed |= list.failed;
    buf_done(&list);
}

static void steps(const struct page *p, const struct alert *alert)
{
    int number = 0;
    heading(p, word(p, WORD_STEPS));
    for (struct str rest = str_of(export_text(alert->respond, p->lang)); rest.p;) {
        struct str step = str_trim(str_cut(&rest, '\n'));
        if (step.len == 0)
            continue;
        buf_printf(p->out, "%*s%d. ", INDENT, "", ++number);
        text_wrap(p->out, step, INDENT + 3, p->width - INDENT - 3);
        buf_addc(p->out, '\n');
    }
}

static void end_of(char text[80], const char *address, int port)
{
    bool brackets = strchr(address, ':');
    snprintf(text, 80, "%s%s%s:%d", brackets ? "[" : "", address, brackets ? "]" : "", port);
}

static void add_record(const struct page *p, struct table *table, const struct alert_evidence *e)
{
    char time[TIME_TEXT_SIZE], from[80], to[80], protocol[16];
    time_format_s(e->t_us, time);
    end_of(from, e->source, e->source_port);
    end_of(to, e->destination, e->destination_port);
    const char *cells[] = {time, from, to, export_protocol(e->proto, protocol),
        e->service ? e->service : "", word_in(p->lang, e->what), e->sensor, e->uid ? e->uid : ""};
    struct table_cell row_cells[8];
    for (int i = 0; i < 8; i++)
        row_cells[i] = (struct table_cell){.text = str_of(cells[i])};
    table_row(table, row_cells);
}

static void evidence(const struct page *p, const struct alert *alert, int width)
{
    const char *names[] = {"TIME", "FROM", "TO", "PROTO", "SERVICE", "WHAT", "SENSOR", "UID"};
    for (int i = 0; i < 8; i++)
        names[i] = word_in(p->lang, names[i]);
    heading(p, word(p, WORD_EVIDENCE));
    if (alert->evidence_count == 0) {
        paragraph(p, INDENT, str_of(word(p, WORD_NO_EVIDENCE)));
        return;
    }
    struct table *table = table_new();
    if (!table) {
        p->out->failed = true;
        return;
    }
    table_header(table, 8, names);
    for (int i = 0; i < alert->evidence_count; i++)
        add_record(p, table, &alert->evidence[i]);
    const struct table_look look = {width, p->color, true};
    if (!table_print(table, &look, p->out))
        p->out->failed = true;
    table_free(table);
}

void alert_text(struct buf *out, const struct alert *alert, enum lang lang, int width, bool color)
{
    int page_width = width == 0 || width > PAGE_WIDTH_MAX ? PAGE_WIDTH_MAX : width;
    const struct page p = {out, lang, page_width, color};
    buf_printf(out, "%s", color ? STYLE_BOLD : "");
    paragraph(&p, 0, str_of(export_text(alert->title, lang)));
    buf_printf(out, "%s\n", color ? STYLE_END : "");
    paragraph(&p, 0, str_of(export_text(alert->description, lang)));
    facts(&p, alert);
    values(&p, alert);
    entities(&p, alert);
    steps(&p, alert);
    evidence(&p, alert, width);
}
