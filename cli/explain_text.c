/* The page of `alerts explain`: what, who, how sure, compared to what, and show me. */
#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/explain_sql.h"
#include "cli/table.h"
#include "cli/words.h"
#include "export/alert_json.h"
#include "util/timefmt.h"

#include <stdio.h>
#include <stdlib.h>

#define PEERS_MAX   10 /* of the other side, by name; more are counted */
#define LABEL_WIDTH 12

enum word {
    WORD_WHAT,
    WORD_WHO,
    WORD_SURE,
    WORD_COMPARED,
    WORD_COVERAGE,
    WORD_PATTERN,
    WORD_SHOW,
    WORD_RULE,
    WORD_WHEN,
    WORD_OUTCOME,
    WORD_OURS,
    WORD_OTHER,
    WORD_NO_LOGIN,
    WORD_LOGIN,
    WORD_SESSION,
    WORD_BLOCKED,
    WORD_NO_RECORDS,
    WORD_NO_BASELINE,
    WORD_NO_NEED,
    WORD_NO_COVERAGE,
    WORD_MORE,
    WORD_AGAIN,
    WORD_PATTERN_TEXT,
    WORDS
};

static const char *const words[LANGS][WORDS] = {
    [LANG_EN] = {"What", "Who", "How sure", "Compared to what", "Coverage", "Looks like a monitor",
        "Show me", "Rule", "When", "Outcome", "Ours", "Other side",
        "no login succeeded afterwards, as far as the logs tell", "a login succeeded at",
        "a session as of somebody who is in, from its size or length, at",
        "nothing was answered, so it did not succeed", "The records are no longer kept.",
        "cold: no history yet, the floor alone decided",
        "No history is needed: a feed or a signature speaks.",
        "The logs tell of nothing that the sensors missed.", "more",
        "The traffic again, out of the database:",
        "The attempts come like clockwork. The alert stands all the same: an attacker can do so too."},
    [LANG_JA] = {"何が起きたか", "誰が", "どれほど確かか", "何と比べたか", "観測範囲",
        "監視ツールに似ています", "根拠を見る", "ルール", "期間", "結果", "自組織", "相手",
        "ログで分かる限り、その後に成功したログインはありません", "ログイン成功",
        "大きさまたは長さから侵入後と見られるセッション", "応答がないため、成立していません",
        "記録はもう保存されていません。", "cold: まだ履歴がないため、しきい値だけで判定しました",
        "フィードまたはシグネチャによる判定のため、履歴は不要です。",
        "センサーの取りこぼしを示す記録はありません。", "件以上",
        "同じ通信をデータベースから表示するには:",
        "試行が時計のように規則的です。攻撃者にもできることなので、アラートはそのまま残ります。"},
};

struct view {
    const struct page *page;
    const struct explanation *e;
};

static const char *word(const struct view *v, enum word w)
{
    return words[v->page->lang][w];
}

/* ------------------------------------------------------------------ what */

static const char *property(const struct alert *alert, const char *name)
{
    for (int i = 0; i < alert->property_count; i++)
        if (strcmp(alert->properties[i].name, name) == 0)
            return alert->properties[i].value;
    return NULL;
}

/* Of attempts: whether one got in. */
static void add_outcome(const struct view *v)
{
    const struct alert *a = v->e->alert;
    const char *login = property(a, "Login After Attempts");
    const char *session = property(a, "Session After Attempts");
    const char *blocked = property(a, "ContactBlocked");
    struct buf text = {0};
    if (login)
        buf_printf(&text, "%s %s", word(v, WORD_LOGIN), login);
    if (session)
        buf_printf(&text, "%s%s %s", login ? "; " : "", word(v, WORD_SESSION), session);
    if (!login && !session && property(a, "Attempts"))
        buf_puts(&text, word(v, WORD_NO_LOGIN));
    if (blocked && strcmp(blocked, "true") == 0)
        buf_puts(&text, word(v, WORD_BLOCKED));
    if (text.len)
        page_row(v->page, word(v, WORD_OUTCOME), LABEL_WIDTH, text.text);
    v->page->out->failed |= text.failed;
    buf_done(&text);
}

static void add_what(const struct view *v)
{
    const struct alert *a = v->e->alert;
    char start[TIME_TEXT_SIZE], end[TIME_TEXT_SIZE], lasted[32];
    char rule[200], when[2 * TIME_TEXT_SIZE + 48];
    const char *tiers = property(a, "Tiers");
    page_heading(v->page, word(v, WORD_WHAT));
    page_paragraph(v->page, PAGE_INDENT, str_of(export_text(a->description, v->page->lang)));
    time_format_s(a->start_us, start);
    time_format_s(a->end_us, end);
    duration_format(a->end_us - a->start_us, lasted);
    snprintf(rule, sizeof rule, "%s (%s), %s", a->type, tiers ? tiers : "",
        word_in(v->page->lang, severity_names[a->severity]));
    snprintf(when, sizeof when, "%s – %s (%s)", start, end, lasted);
    page_row(v->page, word(v, WORD_RULE), LABEL_WIDTH, rule);
    page_row(v->page, word(v, WORD_WHEN), LABEL_WIDTH, when);
    add_outcome(v);
}

/* ------------------------------------------------------------------ who */

static void add_machine(struct buf *text, const struct explain_end *end)
{
    char roles[128];
    const struct resource *r = end->resource;
    if (!r) {
        buf_puts(text, end->address);
        return;
    }
    buf_printf(text, "%s (%s%s%s", r->name, end->address, r->type == RESOURCE_HOST ? "" : ", ",
        r->type == RESOURCE_HOST ? "" : resource_type_names[r->type]);
    if (r->roles) {
        inventory_roles_format(r->roles, roles);
        buf_printf(text, ", %s", roles);
    }
    buf_puts(text, ")");
}

static void add_side(const struct view *v, bool own, enum word label)
{
    struct explain_end end;
    struct buf text = {0};
    int count = 0;
    for (int n = 0; explain_end(v->e, n, &end); n++) {
        if (end.own != own || count++ >= PEERS_MAX)
            continue;
        buf_puts(&text, text.len ? ", " : "");
        add_machine(&text, &end);
    }
    if (count > PEERS_MAX)
        buf_printf(&text, " +%d %s", count - PEERS_MAX, word(v, WORD_MORE));
    if (count)
        page_row(v->page, word(v, label), LABEL_WIDTH, text.text);
    v->page->out->failed |= text.failed;
    buf_done(&text);
}

/* What names the other side, and what the machines have to do with each other. */
static void add_who(const struct view *v)
{
    static const char *const told[] = {
        "Indicator", "Feeds", "Listed Addresses", "Signature", "Scope", "Backend Pool", NULL};
    page_heading(v->page, word(v, WORD_WHO));
    add_side(v, true, WORD_OURS);
    add_side(v, false, WORD_OTHER);
    for (const char *const *name = told; *name; name++) {
        const char *value = property(v->e->alert, *name);
        if (value)
            page_row(v->page, *name, LABEL_WIDTH, value);
    }
}

/* ------------------------------------------------------------------ lines of the basis */

static bool has_basis(const struct alert *a, enum basis_kind kind)
{
    for (int i = 0; i < a->basis_count; i++)
        if (a->basis[i].kind == kind)
            return true;
    return false;
}

/* "min_failed_share" as people read it. */
static void name_text(const char *name, char text[64])
{
    if (strncmp(name, "min_", 4) == 0)
        name += 4;
    snprintf(text, 64, "%s", name);
    for (char *c = text; *c; c++)
        *c = *c == '_' ? ' ' : *c;
}

/* What it takes: a floor, a span, or a setting. */
static void threshold_text(const struct alert_basis *b, char text[128])
{
    const char *how = strncmp(b->name, "min_", 4) == 0   ? "at least "
                      : strncmp(b->name, "max_", 4) == 0 ? "at most "
                      : strcmp(b->name, "window") == 0   ? "within "
                                                         : "";
    snprintf(text, 128, "%s%s", *b->threshold ? how : "", b->threshold);
}

/* The lines of one kind and tier as a table without a header: name, value, threshold, note. */
static void add_lines(const struct view *v, enum basis_kind kind, const char *tier)
{
    static const char *const none[] = {"", "", "", "", ""};
    const struct alert *a = v->e->alert;
    const struct table_look look = {v->page->terminal_width, v->page->color, false};
    struct table *table = table_new();
    if (!table) {
        v->page->out->failed = true;
        return;
    }
    table_header(table, 5, none);
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        char name[64], threshold[128];
        if (b->kind != kind || strcmp(b->tier, tier) != 0 || strcmp(b->name, "margin") == 0)
            continue;
        name_text(b->name, name);
        threshold_text(b, threshold);
        const struct table_cell cells[] = {{.text = STR("  ")}, {.text = str_of(name)},
            {.text = str_of(b->value)}, {.text = str_of(threshold)}, {.text = str_of(b->note)}};
        table_row(table, cells);
    }
    if (!table_print(table, &look, v->page->out))
        v->page->out->failed = true;
    table_free(table);
}

/* "fast: ×1.50 of the floor, 2026-… to …" above the tier's lines. */
static void add_tiers(const struct view *v)
{
    const struct alert *a = v->e->alert;
    const char *last = "";
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (b->kind != BASIS_TIER || strcmp(b->tier, last) == 0)
            continue;
        last = b->tier;
        buf_printf(v->page->out, "%*s%s", PAGE_INDENT, "", b->tier);
        for (int n = i; n < a->basis_count; n++)
            if (a->basis[n].kind == BASIS_TIER && strcmp(a->basis[n].tier, last) == 0 &&
                strcmp(a->basis[n].name, "margin") == 0)
                buf_printf(v->page->out, ": %s, %s", a->basis[n].value, a->basis[n].note);
        buf_addc(v->page->out, '\n');
        add_lines(v, BASIS_TIER, last);
    }
}

static void add_kind(const struct view *v, enum basis_kind kind, enum word nothing)
{
    if (has_basis(v->e->alert, kind))
        add_lines(v, kind, "");
    else
        page_paragraph(v->page, PAGE_INDENT, str_of(word(v, nothing)));
}

static void add_sure(const struct view *v)
{
    const struct alert *a = v->e->alert;
    char heading[96];
    snprintf(heading, sizeof heading, "%s: %d %%", word(v, WORD_SURE), a->confidence);
    page_heading(v->page, heading);
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        char text[400];
        if (b->kind != BASIS_CONFIDENCE)
            continue;
        snprintf(text, sizeof text, "%s: %s", b->name, b->note);
        page_row(v->page, b->value, 4, text);
    }
}

/* The lines of a role stand as they are to be written. */
static void add_pattern(const struct view *v)
{
    const struct alert *a = v->e->alert;
    if (!has_basis(a, BASIS_PATTERN))
        return;
    page_heading(v->page, word(v, WORD_PATTERN));
    page_paragraph(v->page, PAGE_INDENT, str_of(word(v, WORD_PATTERN_TEXT)));
    for (int i = 0; i < a->basis_count; i++) {
        const struct alert_basis *b = &a->basis[i];
        if (b->kind != BASIS_PATTERN)
            continue;
        if (strcmp(b->name, "role") != 0) {
            page_row(v->page, b->name, LABEL_WIDTH, b->value);
            continue;
        }
        page_paragraph(v->page, PAGE_INDENT, str_of(b->note));
        page_paragraph(v->page, 2 * PAGE_INDENT, str_of(b->value));
    }
}

/* ------------------------------------------------------------------ show me */

static void add_show(const struct view *v)
{
    page_heading(v->page, word(v, WORD_SHOW));
    if (v->e->alert->evidence_count > 0)
        page_evidence(v->page, v->e->alert, true);
    else
        page_paragraph(v->page, PAGE_INDENT, str_of(word(v, WORD_NO_RECORDS)));
    buf_printf(v->page->out, "\n%s\n\n", word(v, WORD_AGAIN));
    explain_command(v->page->out, v->e);
    buf_addc(v->page->out, '\n');
}

/* By an indicator, a feed or a signature: the last part of its key, or all of them. */
static bool is_named(const struct alert *alert)
{
    const char *last = strrchr(alert->key, '|');
    return (last && last[1]) || property(alert, "Contacts");
}

void explain_text(const struct page *page, const struct explanation *e)
{
    const struct view v = {page, e};
    page_title(page, export_text(e->alert->title, page->lang));
    add_what(&v);
    add_who(&v);
    add_sure(&v);
    page_heading(page, word(&v, WORD_COMPARED));
    add_tiers(&v);
    buf_addc(page->out, '\n');
    add_kind(&v, BASIS_BASELINE, is_named(e->alert) ? WORD_NO_NEED : WORD_NO_BASELINE);
    page_heading(page, word(&v, WORD_COVERAGE));
    add_kind(&v, BASIS_COVERAGE, WORD_NO_COVERAGE);
    add_pattern(&v);
    add_show(&v);
}
