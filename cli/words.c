/* The dictionary of what tables and pages say again and again. */
#include "cli/words.h"

#include <string.h>

static const struct {
    const char *en, *ja;
} dictionary[] = {
    /* severities and states */
    {"Informational", "情報"},
    {"Low", "低"},
    {"Medium", "中"},
    {"High", "高"},
    {"New", "新規"},
    {"InProgress", "対応中"},
    {"Resolved", "解決済み"},
    {"Dismissed", "対応不要"},
    /* tactics of ATT&CK, and the two intents that are none of its */
    {"Reconnaissance", "偵察"},
    {"Resource Development", "リソース開発"},
    {"Initial Access", "初期アクセス"},
    {"Execution", "実行"},
    {"Persistence", "永続化"},
    {"Privilege Escalation", "権限昇格"},
    {"Defense Evasion", "防御回避"},
    {"Credential Access", "認証情報アクセス"},
    {"Discovery", "探索"},
    {"Lateral Movement", "横展開"},
    {"Collection", "収集"},
    {"Command and Control", "コマンド アンド コントロール"},
    {"Exfiltration", "持ち出し"},
    {"Impact", "影響"},
    {"PreAttack", "攻撃の前段階"},
    {"Probing", "探り"},
    /* what a record shows */
    {"attempt", "試行"},
    {"failed login", "ログイン失敗"},
    {"login", "ログイン"},
    {"session", "セッション"},
    {"probe", "プローブ"},
    {"flood", "大量送信"},
    {"contact", "通信"},
    {"looked up", "名前解決"},
    {"signature", "シグネチャ"},
    /* history */
    {"History", "履歴"},
    {"created", "作成"},
    {"updated", "更新"},
    {"reopened", "再開"},
    {"status", "状態の変更"},
    {"superseded", "統合"},
    {"withdrawn", "取り下げ"},
    /* columns */
    {"TYPE", "種類"},
    {"SEVERITY", "重大度"},
    {"CONF", "信頼度"},
    {"START", "開始"},
    {"END", "終了"},
    {"OWN", "対象"},
    {"REMOTE", "相手"},
    {"COUNT", "件数"},
    {"TIME", "時刻"},
    {"FROM", "送信元"},
    {"TO", "宛先"},
    {"PROTO", "プロトコル"},
    {"SERVICE", "サービス"},
    {"WHAT", "内容"},
    {"SENSOR", "センサー"},
    {"TACTIC", "戦術"},
    {"TITLE", "名称"},
};

const char *word_in(enum lang lang, const char *word)
{
    for (size_t i = 0; lang == LANG_JA && i < sizeof dictionary / sizeof *dictionary; i++)
        if (strcmp(dictionary[i].en, word) == 0)
            return dictionary[i].ja;
    return word;
}

void words_in(enum lang lang, const char *list, struct buf *out)
{
    const char *between = "";
    for (struct str rest = str_of(list); rest.p;) {
        struct str item = str_trim(str_cut(&rest, ','));
        char word[64];
        if (item.len < sizeof word) {
            memcpy(word, item.p, item.len);
            word[item.len] = '\0';
            item = str_of(word_in(lang, word));
        }
        buf_puts(out, between);
        buf_add(out, item);
        between = lang == LANG_JA ? "、" : ", ";
    }
}
