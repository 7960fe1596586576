/* The rules that a catalogue entry's words must keep: placeholders, tactics, techniques. What its
 * query asks of it: catalog_query.c. */
#include "correlate/alerts/description.h"
#include "correlate/catalog/catalog_read.h"
#include "store/indicator.h"

#include <stdio.h>

static const struct catalog_section ALERT = {"alert", ""}, QUERY = {"query", ""},
                                    VALUES = {"values", ""};

/* The fourteen of ATT&CK, and after them the two kill-chain intents that are none of its. */
static const char *const TACTICS[] = {"Reconnaissance", "Resource Development", "Initial Access",
    "Execution", "Persistence", "Privilege Escalation", "Defense Evasion", "Credential Access",
    "Discovery", "Lateral Movement", "Collection", "Command and Control", "Exfiltration", "Impact",
    "PreAttack", "Probing", NULL};
#define ATTACK_TACTICS 14

/* Does text hold %{name}? */
static bool mentions(const char *text, struct str name)
{
    struct str before;
    for (struct str rest = str_of(text); rest.p;) {
        struct str found = catalog_placeholder(&rest, &before);
        if (found.p && str_eq(found, name))
            return true;
    }
    return false;
}

/* One text in both languages, and where it stands. */
struct said {
    struct catalog_section section;
    const char *key, *const *text;
};
#define TEXTS 4 /* of [alert], and of each variant */

static int count_texts(const struct alert_type *t)
{
    return TEXTS * (1 + t->variant_count);
}

static struct said text_at(const struct alert_type *t, int i)
{
    static const char *const keys[TEXTS] = {"title", "description", "pool", "respond"};
    const struct text_variant *v = i < TEXTS ? NULL : &t->variants[i / TEXTS - 1];
    const char *const *const texts[TEXTS] = {v ? v->title : t->title,
        v ? v->description : t->description, v ? v->pool : t->pool, v ? v->respond : t->respond};
    struct said said = {ALERT, keys[i % TEXTS], texts[i % TEXTS]};
    if (v)
        said.section = (struct catalog_section){"variant", v->word};
    return said;
}

static const char *filling_of(const struct alert_type *t, struct str placeholder)
{
    for (int i = 0; i < t->filling_count; i++)
        if (str_eq(placeholder, str_of(t->fillings[i].placeholder)))
            return t->fillings[i].value;
    return NULL;
}

/* One text: its placeholders are filled and stand in the other language too. */
static bool check_text(
    struct catalog_reader *r, const struct alert_type *t, const struct said *said, enum lang lang)
{
    char key[32];
    snprintf(key, sizeof(key), "%s.%s", said->key, lang_names[lang]);
    const struct ini_entry *e = catalog_entry(r, &said->section, key);
    enum lang other = lang == LANG_EN ? LANG_JA : LANG_EN;
    struct str before = STR_NONE;
    for (struct str rest = str_of(said->text[lang]); rest.p;) {
        struct str name = catalog_placeholder(&rest, &before);
        int len = (int)(name.len < 60 ? name.len : 60);
        if (name.p && !filling_of(t, name))
            return catalog_fail(r, e, "%s: nothing in [values] fills %%{%.*s}", key, len, name.p);
        if (name.p && !mentions(said->text[other], name)) {
            return catalog_fail(r, e, "%s has %%{%.*s}, which %s.%s lacks", key, len, name.p,
                said->key, lang_names[other]);
        }
    }
    if (before.p && memmem(before.p, before.len, "%{", 2))
        return catalog_fail(r, e, "%s: a placeholder has no end", key);
    return true;
}

static bool check_texts(struct catalog_reader *r, const struct alert_type *t)
{
    for (int i = 0; i < count_texts(t); i++) {
        struct said said = text_at(t, i);
        if (!said.text[LANG_EN] != !said.text[LANG_JA]) {
            enum lang missing = said.text[LANG_EN] ? LANG_JA : LANG_EN;
            return catalog_fail_section(r, &said.section, "[%s%s%s] lacks %s.%s", said.section.kind,
                *said.section.name ? " " : "", said.section.name, said.key, lang_names[missing]);
        }
        for (int lang = 0; lang < LANGS && said.text[lang]; lang++)
            if (!check_text(r, t, &said, lang))
                return false;
    }
    return true;
}

/* A variant is for a kind of episode that there is, and says something in place of the entry. */
static bool check_variants(struct catalog_reader *r, const struct alert_type *t)
{
    for (int i = 0; i < t->variant_count; i++) {
        const struct text_variant *v = &t->variants[i];
        struct catalog_section section = {"variant", v->word};
        if (!catalog_list_has(describe_variants, v->word)) {
            struct buf words = {0};
            for (const char *const *w = describe_variants; *w; w++)
                buf_printf(&words, "%s%s", words.len ? ", " : "", *w);
            catalog_fail_section(r, &section, "[variant %.40s]: there is %s", v->word,
                words.failed ? "no such variant" : words.text);
            buf_done(&words);
            return false;
        }
        if (!v->title[0] && !v->description[0] && !v->pool[0] && !v->respond[0])
            return catalog_fail_section(r, &section, "[variant %s] has no text", v->word);
        if (v->pool[0] && !t->pool[0])
            return catalog_fail_section(
                r, &section, "[variant %s]: pool.en is there, but not in [alert]", v->word);
    }
    return true;
}

static bool filling_is_used(const struct alert_type *t, struct str name)
{
    for (int i = 0; i < count_texts(t); i++) {
        struct said said = text_at(t, i);
        for (int lang = 0; lang < LANGS; lang++)
            if (said.text[lang] && mentions(said.text[lang], name))
                return true;
    }
    return false;
}

static bool check_fillings(struct catalog_reader *r, const struct alert_type *t)
{
    for (int i = 0; i < t->filling_count; i++) {
        const char *name = t->fillings[i].placeholder, *value = t->fillings[i].value;
        const struct ini_entry *e = catalog_entry(r, &VALUES, name);
        if (!filling_is_used(t, str_of(name)))
            return catalog_fail(r, e, "no text has %%{%.60s}", name);
        if (!catalog_list_has(describe_vocabulary, value)) {
            return catalog_fail(
                r, e, "%.60s: \"%.60s\" is no value that can be filled in", name, value);
        }
        if (strcmp(value, "family") == 0 && !t->family)
            return catalog_fail(r, e, "%.60s: the entry names no family", name);
    }
    return true;
}

static bool is_technique(struct str s)
{
    static const char form[] = "T0000.000";
    if (s.len != 5 && s.len != sizeof(form) - 1)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (form[i] == '0' ? !digit : s.p[i] != form[i])
            return false;
    }
    return true;
}

static bool is_attack_tactic(struct str s)
{
    for (int i = 0; i < ATTACK_TACTICS; i++)
        if (str_eq(s, str_of(TACTICS[i])))
            return true;
    return false;
}

/* Every item of the comma-separated value of key is good. */
static bool check_items(struct catalog_reader *r, const char *key, const char *value,
    bool (*good)(struct str item), const char *what)
{
    for (struct str rest = str_of(value); rest.p;) {
        struct str item = str_trim(str_cut(&rest, ','));
        if (!good(item)) {
            return catalog_fail(r, catalog_entry(r, &ALERT, key), "%s: \"%.*s\" is no %s", key,
                (int)(item.len < 40 ? item.len : 40), item.p, what);
        }
    }
    return true;
}

static bool is_category(const char *word)
{
    for (int i = INDICATOR_C2; i < INDICATOR_CATEGORIES; i++)
        if (i != INDICATOR_ALLOW && strcmp(word, indicator_category_names[i]) == 0)
            return true;
    return false;
}

static bool check_words(struct catalog_reader *r, const struct alert_type *t)
{
    if (!catalog_list_has(TACTICS, t->tactic)) {
        return catalog_fail(
            r, catalog_entry(r, &ALERT, "tactic"), "unknown tactic \"%.40s\"", t->tactic);
    }
    if (!check_items(r, "attack_tactics", t->attack_tactics, is_attack_tactic, "ATT&CK tactic") ||
        !check_items(r, "techniques", t->techniques, is_technique, "technique such as T1110.001"))
        return false;
    for (const char **c = t->categories; c && *c; c++) {
        if (!is_category(*c)) {
            return catalog_fail(r, catalog_entry(r, &QUERY, "categories"),
                "unknown indicator category \"%.40s\"", *c);
        }
    }
    return true;
}

bool catalog_check_type(struct catalog_reader *r, const struct alert_type *t)
{
    return check_texts(r, t) && check_variants(r, t) && check_fillings(r, t) && check_words(r, t) &&
           catalog_check_query(r, t) && catalog_check_baseline(r, t);
}
