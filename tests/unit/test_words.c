/* What a reader of Japanese sees in place of the English words. */
#include "cli/words.h"

#include <criterion/criterion.h>

static void lists(enum lang lang, const char *list, const char *want)
{
    struct buf out = {0};
    words_in(lang, list, &out);
    cr_expect_str_eq(out.text, want);
    buf_done(&out);
}

Test(words, every_severity_and_state_is_there)
{
    for (int i = 0; i < SEVERITIES; i++) {
        cr_expect_str_eq(word_in(LANG_EN, severity_names[i]), severity_names[i]);
        cr_expect_str_neq(word_in(LANG_JA, severity_names[i]), severity_names[i]);
    }
    for (int i = 0; i < STATUSES; i++)
        cr_expect_str_neq(word_in(LANG_JA, alert_status_names[i]), alert_status_names[i]);
}

Test(words, what_is_not_there_stays_as_it_is)
{
    cr_expect_str_eq(word_in(LANG_JA, "conn.log"), "conn.log");
    cr_expect_str_eq(word_in(LANG_JA, ""), "");
    cr_expect_str_eq(word_in(LANG_EN, "High"), "High");
}

Test(words, tactics_are_named_one_by_one)
{
    lists(LANG_JA, "Credential Access, Initial Access", "認証情報アクセス、初期アクセス");
    lists(LANG_JA, "Command and Control", "コマンド アンド コントロール");
    lists(LANG_JA, "Discovery,Sabotage", "探索、Sabotage");
    lists(LANG_EN, "Credential Access, Initial Access", "Credential Access, Initial Access");
}
