/* The page that `alerts show` prints, in either language. */
#include "cli/alert_text.h"

#include "cli/page.h"
#include "cli/text.h"
#include "cli/words.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <stdio.h>

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

static const char *word(const struct page *p, enum word w)
{
    return words[p->lang][w];
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
            page_row(p, word(p, rows[i].label), 11, rows[i].value);
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
        page_heading(p, word(p, WORD_VALUES));
    for (int i = 0; i < alert->property_count; i++) {
        const struct alert_property *a = &alert->properties[i];
        page_row(p, a->name, width,
            strcmp(a->name, "Intent") == 0 ? word_in(p->lang, a->value) : a->value);
    }
}

static void entities(const struct page *p, const struct alert *alert)
{
    struct buf list = {0};
    if (alert->entity_count == 0)
        return;
    page_heading(p, word(p, WORD_ADDRESSES));
    for (int i = 0; i < alert->entity_count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", alert->entities[i].value);
    for (size_t i = 0; i < list.len; i++) {
        if (list.text[i] == '\n')
            list.text[i] = ' ';
    }
    page_paragraph(p, PAGE_INDENT, buf_str(&list));
    p->out->failed |= list.failed;
    buf_done(&list);
}

static void steps(const struct page *p, const struct alert *alert)
{
    int number = 0;
    page_heading(p, word(p, WORD_STEPS));
    for (struct str rest = str_of(export_text(alert->respond, p->lang)); rest.p;) {
        struct str step = str_trim(str_cut(&rest, '\n'));
        if (step.len == 0)
            continue;
        buf_printf(p->out, "%*s%d. ", PAGE_INDENT, "", ++number);
        text_wrap(p->out, step, PAGE_INDENT + 3, p->width - PAGE_INDENT - 3);
        buf_addc(p->out, '\n');
    }
}

static void evidence(const struct page *p, const struct alert *alert)
{
    page_heading(p, word(p, WORD_EVIDENCE));
    if (alert->evidence_count == 0)
        page_paragraph(p, PAGE_INDENT, str_of(word(p, WORD_NO_EVIDENCE)));
    else
        page_evidence(p, alert, false);
}

void alert_text(struct buf *out, const struct alert *alert, enum lang lang, int width, bool color)
{
    const struct page p = page_new(out, lang, width, color);
    page_title(&p, export_text(alert->title, lang));
    page_paragraph(&p, 0, str_of(export_text(alert->description, lang)));
    facts(&p, alert);
    values(&p, alert);
    entities(&p, alert);
    steps(&p, alert);
    evidence(&p, alert);
}
