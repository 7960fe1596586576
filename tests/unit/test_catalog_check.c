#include "correlate/catalog/catalog.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

/* A good entry; each test changes one piece of it. */
static const char GOOD[] = "[alert]\n"
                           "title.en = Guessing at %{Victim IP}\n"
                           "title.ja = %{Victim IP} への総当たり\n"
                           "description.en = %{Number} connections.\n"
                           "description.ja = 接続 %{Number} 件。\n"
                           "pool.en = Members of %{Victim IP}.\n"
                           "pool.ja = %{Victim IP} の配下。\n"
                           "respond.en = Look.\n"
                           "respond.ja = 確認します。\n"
                           "severity = Medium\n"
                           "tactic = PreAttack\n"
                           "attack_tactics = Credential Access, Initial Access\n"
                           "techniques = T1110.001, T1133\n"
                           "exempt = scanner\n"
                           "gap = 1 h | ours\n"
                           "[query]\n"
                           "name = pair\n"
                           "service = ssh, rdp\n"
                           "direction = incoming\n"
                           "[values]\n"
                           "Victim IP = own\n"
                           "Number = connections\n"
                           "[tier fast]\n"
                           "min_attempts = 30 attempts | Zeek\n"
                           "window = 30 min | Zeek\n";

static const char CONTACT[] = "name = contact\ndirection = outgoing\n[signature s]\npattern = x\n"
                              "source = ours\n";

/* GOOD with the first `from` replaced by `to`. */
static void change(struct buf *text, const char *from, const char *to)
{
    const char *at = strstr(GOOD, from);
    cr_assert_not_null(at, "the entry has no \"%s\"", from);
    buf_add(text, (struct str){GOOD, (size_t)(at - GOOD)});
    buf_puts(text, to);
    buf_puts(text, at + strlen(from));
}

static void refuses_text(const char *file, struct str text, const char *says)
{
    struct err err = {0};
    cr_assert_not(catalog_check_text(file, text, &err), "accepted; expected: %s", says);
    cr_assert_eq(err.code, ERR_CONFIG);
    cr_assert_not_null(strstr(err.text, says), "\"%s\" lacks \"%s\"", err.text, says);
}

static void refuses(const char *from, const char *to, const char *says)
{
    struct buf text = {0};
    change(&text, from, to);
    refuses_text("Own_Type.conf", buf_str(&text), says);
    buf_done(&text);
}

static void accepts(const char *from, const char *to)
{
    struct err err = {0};
    struct buf text = {0};
    change(&text, from, to);
    cr_assert(catalog_check_text("Own_Type.conf", buf_str(&text), &err), "%s", err.text);
    buf_done(&text);
}

Test(catalog_check, accepts_a_good_entry)
{
    accepts("", "");
    accepts("exempt = scanner\n", "");
}

Test(catalog_check, names_file_and_line)
{
    refuses(
        "severity = Medium", "severity = grave", "Own_Type.conf:10: unknown severity \"grave\"");
    refuses(
        "window = 30 min | Zeek", "window = 30 min", "Own_Type.conf:25: window: no source given");
}

Test(catalog_check, refuses_unknown_sections_and_keys)
{
    refuses(
        "[values]", "[colours]\na = b\n[values]", "Own_Type.conf:20: unknown section [colours]");
    refuses("[values]", "[empty]\n[values]", "unknown section [empty]");
    refuses("gap = 1 h | ours", "gap = 1 h | ours\ncolour = red", "Own_Type.conf:16:");
    refuses("[tier fast]", "[tier]", "section [tier] needs a name");
    refuses("[alert]", "[alert own]", "section [alert] takes no name");
}

Test(catalog_check, misses_what_must_be_there)
{
    refuses(
        "title.ja = %{Victim IP} への総当たり\n", "", "Own_Type.conf:1: [alert] lacks title.ja");
    refuses("description.en = %{Number} connections.\n", "", "[alert] lacks description.en");
    refuses("pool.en = Members of %{Victim IP}.\n", "", "[alert] lacks pool.en");
    refuses("respond.ja = 確認します。\n", "", "[alert] lacks respond.ja");
    refuses("severity = Medium\n", "", "[alert] lacks severity");
    refuses("tactic = PreAttack\n", "", "[alert] lacks tactic");
    refuses("techniques = T1110.001, T1133\n", "", "[alert] lacks techniques");
    refuses("gap = 1 h | ours\n", "", "[alert] lacks gap");
    refuses("name = pair\n", "", "Own_Type.conf:16: [query] lacks name");
    refuses("direction = incoming\n", "", "[query] lacks direction");
    refuses("title.en = Guessing at %{Victim IP}", "title.en =", "title.en is empty");
}

Test(catalog_check, wants_the_same_placeholders_in_both_languages)
{
    refuses("%{Victim IP} への総当たり", "総当たり",
        "Own_Type.conf:2: title.en has %{Victim IP}, which title.ja lacks");
    refuses("接続 %{Number} 件。", "接続 %{Number} 件、%{Victim IP}。",
        "Own_Type.conf:5: description.ja has %{Victim IP}, which description.en lacks");
    refuses("pool.ja = %{Victim IP} の配下。", "pool.ja = 配下。", "which pool.ja lacks");
}

Test(catalog_check, reads_texts_for_kinds_of_episodes)
{
    accepts("[values]", "[variant blocked]\ndescription.en = %{Number} tries.\n"
                        "description.ja = 試行 %{Number} 件。\n[variant vertical]\n"
                        "pool.en = Members.\npool.ja = 配下。\n[values]");
    refuses("[values]", "[variant blocked]\ndescription.en = %{Number} tries.\n[values]",
        "Own_Type.conf:20: [variant blocked] lacks description.ja");
    refuses("[values]",
        "[variant blocked]\ndescription.en = %{Number} tries.\ndescription.ja = 試行。\n[values]",
        "Own_Type.conf:21: description.en has %{Number}, which description.ja lacks");
    refuses("[values]",
        "[variant blocked]\ntitle.en = %{Port} tried\ntitle.ja = %{Port} の試行\n[values]",
        "Own_Type.conf:21: title.en: nothing in [values] fills %{Port}");
    refuses("[values]", "[variant purple]\ntitle.en = Tries\ntitle.ja = 試行\n[values]",
        "Own_Type.conf:20: [variant purple]: there is blocked, family, behaviour, unlearned, mixed, vertical, unnamed");
    refuses("[values]", "[variant blocked]\n[values]", "[variant blocked] has no text");
    refuses("[values]", "[variant blocked]\nseverity = low\n[values]", "Own_Type.conf:21:");
    refuses("pool.en = Members of %{Victim IP}.\npool.ja = %{Victim IP} の配下。\n",
        "[variant blocked]\npool.en = Members.\npool.ja = 配下。\n[alert]\n",
        "pool.en is there, but not in [alert]");
}

Test(catalog_check, wants_every_placeholder_filled_and_every_filling_used)
{
    refuses("Number = connections\n", "",
        "Own_Type.conf:4: description.en: nothing in [values] fills %{Number}");
    refuses("Number = connections\n", "Number = connections\nPort = port\n",
        "Own_Type.conf:23: no text has %{Port}");
    refuses("Number = connections\n", "Number = weather\n",
        "Own_Type.conf:22: Number: \"weather\" is no value");
    refuses("Number = connections\n", "Number = family\n", "the entry names no family");
    refuses("%{Number} connections.", "%{Number} connections, %{Number.",
        "description.en: a placeholder has no end");
}

Test(catalog_check, knows_the_names_of_the_field)
{
    refuses("tactic = PreAttack", "tactic = Sabotage", "Own_Type.conf:11: unknown tactic");
    refuses("Credential Access,", "PreAttack,", "\"PreAttack\" is no ATT&CK tactic");
    refuses("T1110.001", "T110", "\"T110\" is no technique");
    refuses("T1110.001", "T1110.01", "\"T1110.01\" is no technique");
    refuses("T1110.001", "T1110x001", "\"T1110x001\" is no technique");
    refuses("T1133", "t1133", "\"t1133\" is no technique");
    refuses("T1133", "", "techniques has an empty item");
    refuses("T1133", "T1110.001", "techniques names T1110.001 twice");
    refuses("exempt = scanner", "exempt = wizard", "unknown role \"wizard\"");
    refuses("direction = incoming", "direction = sideways", "direction is incoming or outgoing");
}

Test(catalog_check, wants_value_unit_and_source)
{
    refuses(
        "30 attempts | Zeek", "30 | Zeek", "Own_Type.conf:24: min_attempts: \"30\" has no unit");
    refuses("30 attempts | Zeek", "30 attempts |", "no source given");
    refuses("30 attempts | Zeek", "attempts | Zeek", "is no whole number");
    refuses("30 attempts | Zeek", "30 tries | Zeek", "has an unknown unit");
    refuses("30 attempts | Zeek", "0 attempts | Zeek", "min_attempts: must be at least 1");
    refuses("30 attempts | Zeek", "2147483648 attempts | Zeek", "min_attempts: too big");
    refuses("30 attempts | Zeek", "30 min | Zeek", "min_attempts is in attempts");
    refuses("30 min | Zeek", "30 attempts | Zeek", "window is in us ms s min h d");
    refuses("gap = 1 h | ours", "gap = 1 | ours", "has no unit");
    refuses("gap = 1 h | ours", "gap = 1 flow | ours", "gap must be a time");
    refuses("gap = 1 h | ours", "gap = yes | ours", "gap must be a time");
}

Test(catalog_check, knows_the_parameters_of_built_in_queries)
{
    refuses("min_attempts = ", "min_tries = ", "query pair has no parameter min_tries");
    refuses("window = 30 min | Zeek\n", "", "Own_Type.conf:23: [tier fast] lacks window");
    refuses("min_attempts = 30 attempts | Zeek\n", "", "[tier fast] lacks min_attempts");
    accepts("window = 30 min | Zeek", "window = 30 min | Zeek\nmin_days = 3 days | ours");
    accepts("window = 30 min | Zeek", "window = 30 min | Zeek\nfailures_only = yes | ours");
    refuses("window = 30 min | Zeek", "window = 30 min | Zeek\nfailures_only = 1 flow | ours",
        "failures_only is in yes or no");
}

Test(catalog_check, wants_tiers_with_parameters)
{
    refuses("[tier fast]\nmin_attempts = 30 attempts | Zeek\nwindow = 30 min | Zeek\n", "",
        "no [tier NAME]");
    refuses("[tier fast]", "[tier empty]\n[tier fast]", "Own_Type.conf:23: [tier empty] lacks");
    refuses("[tier fast]", "[tier Fast]", "a tier's name is made of");
}

Test(catalog_check, narrows_a_tier_to_services_of_the_type)
{
    accepts("[tier fast]\n", "[tier fast]\nservice = rdp\n");
    refuses("[tier fast]\n", "[tier fast]\nservice = ftp\n",
        "Own_Type.conf:24: service ftp is not among the type's");
}

Test(catalog_check, wants_services_that_are_there)
{
    refuses("service = ssh, rdp", "service = ssh, gopher", "there is no service \"gopher\"");
    refuses("service = ssh, rdp\n", "", "query pair needs service");
}

Test(catalog_check, gives_each_query_what_it_understands)
{
    refuses("direction = incoming\n", "direction = incoming\ncategories = c2\n",
        "query pair has no indicator categories");
    refuses("name = pair\n", "name = volume\n", "query volume has no parameter min_attempts");
    refuses("name = pair\n", "name = Pair\n", "a query's name is made of");
    refuses("name = pair\n", "name = ../pair\n", "a query's name is made of");
    refuses("name = pair\n", "name = sonar\n", "no query \"sonar\"");
}

/* GOOD turned into an entry of the query contact, with `piece` in its signature. */
static void refuses_contact(const char *from, const char *to, const char *says)
{
    struct buf query = {0}, text = {0};
    const char *at = strstr(CONTACT, from);
    cr_assert_not_null(at);
    buf_add(&query, (struct str){CONTACT, (size_t)(at - CONTACT)});
    buf_puts(&query, to);
    buf_puts(&query, at + strlen(from));
    const char *begin = strstr(GOOD, "name = pair"), *end = strstr(GOOD, "[values]");
    buf_add(&text, (struct str){GOOD, (size_t)(begin - GOOD)});
    buf_add(&text, buf_str(&query));
    buf_add(&text, (struct str){end, (size_t)(strstr(GOOD, "min_attempts") - end)});
    buf_puts(&text, "min_contacts = 1 contact | ours\nwindow = 1 h | ours\n");
    if (says) {
        refuses_text("Own_Type.conf", buf_str(&text), says);
    } else {
        struct err err = {0};
        cr_assert(catalog_check_text("Own_Type.conf", buf_str(&text), &err), "%s", err.text);
    }
    buf_done(&query);
    buf_done(&text);
}

Test(catalog_check, reads_rules_on_signatures)
{
    refuses_contact("pattern = x", "pattern = x", NULL);
    refuses_contact("pattern = x", "sid = 7", NULL);
    refuses_contact("pattern = x", "sid = 7-7\ncategory = ^A$", NULL);
    refuses_contact("pattern = x", "pattern = (x", "Own_Type.conf:20: pattern: missing closing");
    refuses_contact("pattern = x", "category = [x", "category: ");
    refuses_contact("pattern = x", "sid = 8-7", "sid is a number or a range");
    refuses_contact("pattern = x", "sid = x", "sid is a number or a range");
    refuses_contact("pattern = x", "sid = 0", "sid is a number or a range");
    refuses_contact("pattern = x\n", "", "[signature s] needs sid, pattern or category");
    refuses_contact("source = ours\n", "", "[signature s] lacks source");
    refuses_contact("[signature s]\npattern = x\nsource = ours\n", "",
        "query contact needs categories or signatures");
    refuses_contact("direction = outgoing\n", "direction = outgoing\ncategories = c2, spam\n",
        "unknown indicator category \"spam\"");
    refuses_contact("direction = outgoing\n", "direction = outgoing\nservice = ssh\n",
        "query contact has no service");
}

Test(catalog_check, wants_both_halves_of_yielding)
{
    refuses("gap = ", "yields_to = DDOS\ngap = ", "yields_to and yields_unless go together");
    refuses("gap = ", "yields_to = DDOS\nyields_unless = slow\ngap = ",
        "Own_Type.conf:16: there is no tier \"slow\"");
    accepts("gap = ", "yields_to = DDOS\nyields_unless = fast\ngap = ");
}

Test(catalog_check, wants_text_that_is_utf8)
{
    refuses("接続", "\xE6\x8E", "Own_Type.conf");
}

Test(catalog_check, wants_a_file_name_that_makes_a_code)
{
    struct str text = str_of(GOOD);
    refuses_text("Own Type.conf", text, "must be named TYPE.conf");
    refuses_text("Own_Type.txt", text, "must be named TYPE.conf");
    refuses_text(".conf", text, "must be named TYPE.conf");
    refuses_text("/etc/x/Own-Type.conf", text, "must be named TYPE.conf");
}

Test(catalog_check, checks_a_file_of_services_as_such)
{
    struct err err = {0};
    struct str good = STR("[service own]\nlabel = OWN\ngroup = generic\nports = 9/tcp\n");
    cr_assert(catalog_check_text("services.conf", good, &err), "%s", err.text);
    refuses_text("services.conf", STR("[service own]\nlabel = OWN\ngroup = g\nports = 22/tcp\n"),
        "services own and ssh both have port 22/tcp");
    refuses_text("services.conf", str_of(GOOD), "unknown section [alert]");
}

/* ------------------------------------------------------------------ guards */

#define PAIR_QUERY                                                                                 \
    "name = pair\nservice = ssh, rdp\ndirection = incoming\n"                                      \
    "[values]\nVictim IP = own\nNumber = connections\n"                                            \
    "[tier fast]\nmin_attempts = 30 attempts | Zeek\nwindow = 30 min | Zeek\n"
#define GUARDED_QUERY                                                                              \
    "name = contact\ncategories = c2\ndirection = outgoing\n"                                      \
    "[values]\nVictim IP = own\nNumber = connections\n"                                            \
    "[tier one]\nmin_contacts = 1 contact | ours\nwindow = 1 h | ours\n[guard]\n"

Test(catalog_check, knows_what_a_guard_may_say)
{
    accepts(PAIR_QUERY, GUARDED_QUERY "max_reach = 50 % | ours\nmin_reach = 20 machines | ours\n");
    accepts(PAIR_QUERY, GUARDED_QUERY "min_reach = 1 machine | ours\nknown_after = 3 d | ours\n");
    refuses(PAIR_QUERY, GUARDED_QUERY "max_reach = 50 % | ours\n", "[guard] lacks min_reach");
    refuses(PAIR_QUERY, GUARDED_QUERY "min_reach = 20 % | ours\n", "min_reach is in attempts");
    refuses(PAIR_QUERY, GUARDED_QUERY "min_reach = 20 machines\n", "no source given");
    refuses(PAIR_QUERY, GUARDED_QUERY "min_reach = 20 machines | ours\nmax_reach = 101 % | ours\n",
        "max_reach: more than 100 %");
    refuses(PAIR_QUERY, GUARDED_QUERY "min_reach = 2 machines | ours\nreach = 5 % | ours\n",
        "[guard] has no parameter reach");
    refuses("[tier fast]", "[guard]\nmin_reach = 20 machines | ours\n[tier fast]",
        "query pair has no [guard]");
}
