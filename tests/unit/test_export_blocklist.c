/* Block lists, byte for byte, and the comparison with the last one. */
#include "export/blocklist.h"
#include "util/timefmt.h"

#include <criterion/criterion.h>

#define NOW (10 * TIME_US_DAY)

static const struct block_voice voices[] = {
    {"SSH_Incoming_BF_OneToOne", "id-1"}, {"RDP_Incoming_BF_ManyToOne", "id-2"}};
static struct block_entry entries[3];

static struct blocklist make_list(size_t count)
{
    static const char *const texts[] = {"203.0.113.9", "2001:db8::9", "203.0.113.1"};
    static const int confidences[] = {100, 50, 0};
    static const int64_t left[] = {TIME_US_DAY + 3661 * TIME_US_SECOND, 1, 60 * TIME_US_SECOND};
    for (int i = 0; i < 3; i++) {
        entries[i] = (struct block_entry){.confidence = confidences[i],
            .until_us = NOW + left[i],
            .voices = voices,
            .voice_count = 1};
        cr_assert(ip_parse(str_of(texts[i]), &entries[i].ip));
    }
    entries[1].voice_count = 2;
    entries[1].voices_more = 4;
    return (struct blocklist){entries, count, NOW, TIME_US_DAY};
}

static void expect_text(const char *format, size_t count, const char *want)
{
    struct buf out = {0};
    struct blocklist list = make_list(count);
    const struct blocklist_format *f = blocklist_format_find(format);
    cr_assert_not_null(f);
    f->write(&out, &list);
    cr_expect_str_eq(out.text ? out.text : "", want);
    buf_done(&out);
}

Test(export_blocklist, plain_says_why_above_each_address)
{
    expect_text("plain", 2,
        "# Tocsin: addresses to block, made 1970-01-11T00:00:00Z, 2 of them, the gravest first.\n"
        "# Each stands here for 1 d from its last evidence; the alerts named speak for it.\n"
        "# until 1970-01-12T01:01:01Z: SSH_Incoming_BF_OneToOne id-1\n"
        "203.0.113.9\n"
        "# until 1970-01-11T00:00:00Z: SSH_Incoming_BF_OneToOne id-1, RDP_Incoming_BF_ManyToOne "
        "id-2 and 4 more\n"
        "2001:db8::9\n");
}

#define ZEEK_FIELDS "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.do_notice\n"

Test(export_blocklist, zeek_intel_has_five_fields_between_tabs)
{
    expect_text("zeek-intel", 1,
        ZEEK_FIELDS "203.0.113.9\tIntel::ADDR\tTocsin\tSSH_Incoming_BF_OneToOne id-1\tT\n");
    expect_text("zeek-intel", 0, ZEEK_FIELDS);
}

Test(export_blocklist, suricata_reputation_scores_from_1_to_127)
{
    expect_text("suricata-iprep", 3, "203.0.113.9,59,127\n2001:db8::9,59,64\n203.0.113.1,59,1\n");
    expect_text("suricata-iprep", 0, "");
    cr_expect(str_starts(STR(BLOCKLIST_IPREP_LINE), STR("59,")));
    cr_expect_eq(BLOCKLIST_IPREP_CATEGORY, 59);
}

Test(export_blocklist, a_dataset_is_bare_addresses)
{
    expect_text("suricata-dataset", 3, "203.0.113.9\n2001:db8::9\n203.0.113.1\n");
    expect_text("suricata-dataset", 0, "");
}

#define NFT_EMPTY                                                                                  \
    "table inet tocsin {\n"                                                                        \
    "\tset blocked4 {\n\t\ttype ipv4_addr\n\t\tflags timeout\n\t}\n"                               \
    "\tset blocked6 {\n\t\ttype ipv6_addr\n\t\tflags timeout\n\t}\n"                               \
    "}\n"
#define NFT_HEAD(count)                                                                             \
    "# Tocsin: addresses to block, made 1970-01-11T00:00:00Z, " count                               \
    " of them, the gravest first.\n"                                                                \
    "# Each stands here for 1 d from its last evidence; the alerts named speak for it.\n" NFT_EMPTY \
    "flush set inet tocsin blocked4\nflush set inet tocsin blocked6\n"

Test(export_blocklist, nft_replaces_both_sets_with_the_time_that_is_left)
{
    expect_text("nft", 3,
        NFT_HEAD("3") "table inet tocsin {\n"
                      "\tset blocked4 {\n\t\ttype ipv4_addr\n\t\tflags timeout\n"
                      "\t\telements = {\n"
                      "\t\t\t203.0.113.9 timeout 1d1h1m1s, # SSH_Incoming_BF_OneToOne id-1\n"
                      "\t\t\t203.0.113.1 timeout 1m, # SSH_Incoming_BF_OneToOne id-1\n"
                      "\t\t}\n\t}\n"
                      "\tset blocked6 {\n\t\ttype ipv6_addr\n\t\tflags timeout\n"
                      "\t\telements = {\n"
                      "\t\t\t2001:db8::9 timeout 1s, # SSH_Incoming_BF_OneToOne id-1, "
                      "RDP_Incoming_BF_ManyToOne id-2 and 4 more\n"
                      "\t\t}\n\t}\n}\n");
    expect_text("nft", 0, NFT_HEAD("0") NFT_EMPTY);
}

/* ------------------------------------------------------------------ the last list */

static void expect_change(const char *last, size_t count, size_t added, size_t removed, size_t kept)
{
    struct blocklist_change change;
    struct blocklist list = make_list(count);
    cr_assert(blocklist_compare(str_of(last), &list, &change));
    cr_expect_eq(change.added_count, added, "%s", last);
    cr_expect_eq(change.removed_count, removed, "%s", last);
    cr_expect_eq(change.kept_count, kept, "%s", last);
    blocklist_change_done(&change);
}

Test(export_blocklist, finds_each_format_the_same_when_read_again)
{
    for (const struct blocklist_format *f = blocklist_formats; f->name; f++) {
        struct buf out = {0};
        struct blocklist list = make_list(3);
        f->write(&out, &list);
        expect_change(out.text, 3, 0, 0, 3);
        expect_change(out.text, 1, 0, 2, 1);
        expect_change(out.text, 0, 0, 3, 0);
        buf_done(&out);
    }
}

Test(export_blocklist, says_what_is_added_and_removed)
{
    struct blocklist_change change;
    struct blocklist list = make_list(2);
    cr_assert(blocklist_compare(
        STR("198.51.100.2\r\n2001:DB8:0::9\n198.51.100.1 # 198.51.100.3\n198.51.100.2"), &list,
        &change));
    cr_expect(change.added[0]);
    cr_expect_not(change.added[1]);
    cr_assert_eq(change.removed_count, 2);
    cr_expect_eq(change.removed[0].b[15], 1);
    cr_expect_eq(change.removed[1].b[15], 2);
    blocklist_change_done(&change);
}

Test(export_blocklist, takes_everything_for_new_without_a_last_list)
{
    expect_change(NULL, 3, 3, 0, 0);
    expect_change("", 0, 0, 0, 0);
    expect_change("no addresses, 1.2.3 and :x\n", 2, 2, 0, 0);
}
