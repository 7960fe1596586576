/* Threat feeds: the formats, what is left out and why, and texts that are no feed at all. */
#include "tests/unit/feed_text.h"

#include <zlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct feed_result parse(const char *text)
{
    struct feed_result result = {0};
    struct err err = {0};
    cr_assert(feed_parse("list.txt", str_of(text), NULL, &result, &err), "%s", err.text);
    return result;
}

static void expect_refused(const char *text, const char *want)
{
    struct feed_result result = {0};
    struct err err = {0};
    cr_assert_not(feed_parse("x", str_of(text), NULL, &result, &err), "accepted: %s", text);
    cr_expect_eq(err.code, ERR_DATA);
    cr_expect_str_eq(err.text, want, "'%s' is refused with '%s'", text, err.text);
    cr_expect_null(result.feed.list.entries, "outputs are set only on success");
}

/* A line for each: "192.0.2.1(note)\n". */
static void expect_entries(const struct feed_result *result, const char *want)
{
    const struct indicator_list *list = &result->feed.list;
    struct buf text = {0};
    buf_puts(&text, "");
    for (size_t i = 0; i < list->count; i++) {
        const struct radix_item *entry = &list->entries[i];
        struct str note = list->said[entry->mark].note;
        char network[CIDR_TEXT_SIZE];
        buf_add(&text, entry_name(list, entry, network));
        if (note.len > 0)
            buf_printf(&text, "(%.*s)", (int)note.len, note.p);
        buf_addc(&text, '\n');
    }
    expect_lines(buf_str(&text), want);
    buf_done(&text);
}

static void expect_list(const char *text, const char *want)
{
    struct feed_result result = parse(text);
    cr_expect_str_eq(result.feed.format, "plain");
    cr_expect_eq(result.rejected, 0, "line %d of: %s", (int)result.first_reject_line, text);
    expect_entries(&result, want);
    feed_result_done(&result);
}

Test(feed, reads_a_plain_list_with_its_comments)
{
    expect_list("# head\n; head\n// head\n\n192.0.2.1\r\n  198.51.100.0/24 \n2001:db8::/32 ; AS1\n",
        "192.0.2.1\n198.51.100.0/24\n2001:db8::/32(AS1)\n");
    expect_list(
        "192.0.2.1 # bad host\n192.0.2.2#worse\n192.0.2.3;x\n192.0.2.4 // y\n192.0.2.5\t#\n",
        "192.0.2.1(bad host)\n192.0.2.2(worse)\n192.0.2.3(x)\n192.0.2.4(y)\n192.0.2.5\n");
    expect_list("\xEF\xBB\xBF"
                "192.0.2.1",
        "192.0.2.1\n");
}

Test(feed, host_bits_of_a_network_are_cleared)
{
    expect_list("198.51.100.77/24\n", "198.51.100.0/24\n");
}

Test(feed, an_address_with_a_port_stands_for_the_address)
{
    expect_list("192.0.2.1:443\n[2001:db8::1]:8080 # c2\n",
        "192.0.2.1(port 443)\n2001:db8::1(port 8080, c2)\n");
    struct feed_result result = parse("192.0.2.1\n192.0.2.2\n192.0.2.3:65536\n2001:db8::1:8080\n");
    expect_entries(&result, "192.0.2.1\n192.0.2.2\n2001:db8::1:8080\n");
    cr_expect_eq(result.rejected, 1);
    cr_expect_eq(result.first_reject_line, 3);
    feed_result_done(&result);
}

Test(feed, a_list_of_comments_alone_is_an_empty_feed)
{
    expect_list("# Blocklist\n# END 0 entries\n", "");
}

Test(feed, repetitions_count_once_and_the_first_note_stays)
{
    struct feed_result result =
        parse("192.0.2.2 # one\n192.0.2.1\n192.0.2.2 # two\n192.0.2.2/32\n192.0.2.0/31\n");
    expect_entries(&result, "192.0.2.2(one)\n192.0.2.1\n192.0.2.0/31\n");
    cr_expect_eq(result.duplicates, 2);
    feed_result_done(&result);
}

/* Most are alone on their line, one after the other. */
Test(feed, reads_addresses_among_others)
{
    expect_feed(
        STR("198.51.100.9\n198.51.100.8\n10.0.0.1\n# head\n198.51.100.7\n198.51.100.6 # noted\n"
            "198.51.100.5\n198.51.100.4\nbad.example\n198.51.100.3\nno address\n127.0.0.1\n"
            "198.51.100.0/24\n198.51.100.2\r\n198.51.100.07\n198.51.100.1\n198.51.100.5\n"
            "198.51.100.6"),
        "plain",
        "198.51.100.0/24 blocklist\n198.51.100.1 blocklist\n198.51.100.2 blocklist\n"
        "198.51.100.3 blocklist\n198.51.100.4 blocklist\n198.51.100.5 blocklist\n"
        "198.51.100.6 blocklist (noted)\n198.51.100.7 blocklist\n198.51.100.8 blocklist\n"
        "198.51.100.9 blocklist\nbad.example blocklist\nleft out 1 loopback\n"
        "left out 1 private\nrejected 2 at line 11: no address, network or domain name\nrepeated 2\n");
}

Test(feed, reads_addresses_with_what_the_options_say)
{
    struct feed_result result = {0};
    struct feed_options options = FEED_OPTIONS;
    options.category = INDICATOR_C2;
    options.until_us = 77;
    cr_assert(feed_parse("x", STR("198.51.100.1\n198.51.100.2\nbad.example\n198.51.100.3\n"),
        &options, &result, NULL));
    cr_assert_eq(result.feed.list.count, 4);
    for (size_t i = 0; i < 4; i++) {
        struct indicator in = entry_of(&result.feed, i);
        cr_expect_eq(in.category, INDICATOR_C2);
        cr_expect_eq(in.until_us, 77);
    }
    cr_expect_not(result.unsaid);
    feed_result_done(&result);
}

Test(feed, leaves_out_what_would_never_match_or_nearly_always)
{
    struct feed_result result =
        parse("192.0.2.1\n"
              "10.0.0.0/8\n172.16.0.0/12\n192.168.1.1\n100.64.0.1\nfd00::1\n"
              "127.0.0.0/8\n::1\n"
              "169.254.0.0/16\nfe80::1\n"
              "224.0.0.0/4\nff02::1\n"
              "0.0.0.0\n::\n0.0.0.0/8\n"
              "255.255.255.255\n"
              "0.0.0.0/0\n::/0\n128.0.0.0/7\n2000::/15\n224.0.0.0/3\n");
    expect_entries(&result, "192.0.2.1\n");
    const int64_t want[FEED_LEFT_OUT] = {[FEED_PRIVATE] = 5,
        [FEED_LOOPBACK] = 2,
        [FEED_LINK_LOCAL] = 2,
        [FEED_MULTICAST] = 2,
        [FEED_UNSPECIFIED] = 3,
        [FEED_RESERVED] = 1,
        [FEED_TOO_WIDE] = 5};
    for (int i = 0; i < FEED_LEFT_OUT; i++)
        cr_expect_eq(
            result.left_out[i], want[i], "%s: %d", feed_left_out_names[i], (int)result.left_out[i]);
    feed_result_done(&result);
}

Test(feed, keeps_wide_networks_up_to_the_bound)
{
    expect_list(
        "128.0.0.0/8\n2001::/16\n192.168.0.0/15\n", "128.0.0.0/8\n2001::/16\n192.168.0.0/15\n");
}

Test(feed, keeps_domains_in_one_form_and_each_once)
{
    struct feed_result result = parse("WWW.Example.COM. # bad\n*.example.org\n.example.net\n"
                                      "192.0.2.1\nexample.org\nb_c.example.xn--p1ai\n");
    expect_entries(&result,
        "www.example.com(bad)\nexample.org\nexample.net\n192.0.2.1\nb_c.example.xn--p1ai\n");
    cr_expect_eq(result.duplicates, 1);
    feed_result_done(&result);
}

Test(feed, leaves_out_domains_under_which_names_are_sold)
{
    struct feed_result result = parse("co.uk\ncom.au\nbit.ly\nexample.co.uk\ncom.com\n");
    expect_entries(&result, "bit.ly\nexample.co.uk\ncom.com\n");
    cr_expect_eq(result.left_out[FEED_REGISTRY], 2);
    feed_result_done(&result);
}

Test(feed, passes_over_urls_and_hashes_in_a_list)
{
    struct feed_result result =
        parse("192.0.2.1\nhttp://example.com/#a;b\n"
              "example.com/path\n192.0.2.7/x.php\n/x.php?a=\n0123456789abcdef0123456789ABCDEF\n");
    expect_entries(&result, "192.0.2.1\n");
    cr_expect_eq(result.rejected, 0, "line %d", (int)result.first_reject_line);
    cr_assert_eq(result.skipped_kinds, 2);
    cr_expect_str_eq(result.skipped[0].name, "URL");
    cr_expect_eq(result.skipped[0].count, 4);
    cr_expect_str_eq(result.skipped[1].name, "file hash");
    feed_result_done(&result);
}

Test(feed, rejects_lines_and_says_why_the_first)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"192.0.2.9 bad host", "text after the entry"},
        {"192.0.2.9 192.0.2.10", "text after the entry"},
        {"192.0.2.1-192.0.2.9", "a range of addresses, where a network is needed"},
        {"192.0.2.1 - 192.0.2.9", "text after the entry"},
        {"192.0.2.0/33", "no address, network or domain name"},
        {"192.0.2", "no address, network or domain name"},
        {"192.000.002.001", "no address, network or domain name"},
        {"192.0.2.256", "no address, network or domain name"},
        {"localhost", "no address, network or domain name"},
        {"192.0.2.9,malware", "several columns with commas between them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, "# x\n192.0.2.1\n%s\n192.0.2.2\n", cases[i].line);
        struct feed_result result = parse(text);
        cr_expect_eq(result.feed.list.count, 2);
        cr_expect_eq(result.rejected, 1, "%s", cases[i].line);
        cr_expect_eq(result.first_reject_line, 3);
        cr_assert_not_null(result.first_reject);
        cr_expect_str_eq(
            result.first_reject, cases[i].why, "%s: %s", cases[i].line, result.first_reject);
        feed_result_done(&result);
    }
}

#define FIELDS "#fields\tindicator\tindicator_type\tmeta.source\tmeta.do_notice\tmeta.desc\n"

Test(feed, reads_zeek_intel)
{
    struct feed_result result =
        parse("# made by hand\n" FIELDS "#types\tstring\tenum\tstring\tbool\tstring\n"
              "192.0.2.1\tIntel::ADDR\tLAB\tF\tC2 host\r\n"
              "198.51.100.0/24\tIntel::SUBNET\tLAB\tF\t-\n"
              "2001:db8::1\tIntel::ADDR\t-\tF\tscanner\n"
              "192.0.2.2\tIntel::ADDR\n"
              "example.com\tIntel::DOMAIN\tLAB\tF\tx\n"
              "example.org\tIntel::DOMAIN\tLAB\tF\tx\n"
              "a@example.com\tIntel::EMAIL\tLAB\tF\tx\n"
              "10.0.0.1\tIntel::ADDR\tLAB\tF\tx\n");
    cr_expect_str_eq(result.feed.format, "zeek-intel");
    expect_entries(&result,
        "192.0.2.1(LAB: C2 host)\n198.51.100.0/24(LAB)\n2001:db8::1(scanner)\n192.0.2.2\n"
        "example.com(LAB: x)\nexample.org(LAB: x)\n");
    cr_expect_eq(result.rejected, 0);
    cr_expect_eq(result.left_out[FEED_PRIVATE], 1);
    cr_assert_eq(result.skipped_kinds, 1);
    cr_expect_str_eq(result.skipped[0].name, "Intel::EMAIL");
    feed_result_done(&result);
}

Test(feed, reads_zeek_columns_by_name)
{
    struct feed_result result = parse("#fields\tmeta.desc\tindicator_type\tindicator\n"
                                      "bad\tIntel::ADDR\t192.0.2.1\n"
                                      "#fields\tindicator\tindicator_type\n"
                                      "192.0.2.2\tIntel::ADDR\n");
    expect_entries(&result, "192.0.2.1(bad)\n192.0.2.2\n");
    feed_result_done(&result);
}

Test(feed, rejects_zeek_rows_that_say_nothing)
{
    struct feed_result result = parse(FIELDS "192.0.2.1\tIntel::ADDR\n192.0.2.2\tIntel::ADDR\n"
                                             "192.0.2.3\tIntel::ADDR\n"
                                             "10.0.0.0/xx\tIntel::SUBNET\tLAB\n"
                                             "192.0.2.9\tIntel::DOMAIN\tLAB\n"
                                             "-\tIntel::ADDR\tLAB\n192.0.2.4\tADDR\tLAB\n"
                                             "192.0.2.5\tIntel::ADDR\n");
    cr_expect_eq(result.feed.list.count, 4);
    cr_expect_eq(result.rejected, 4);
    cr_expect_eq(result.first_reject_line, 5);
    cr_expect_str_eq(result.first_reject, "no address or network");
    feed_result_done(&result);
}

Test(feed, a_zeek_header_alone_is_an_empty_feed)
{
    struct feed_result result = parse(FIELDS);
    cr_expect_str_eq(result.feed.format, "zeek-intel");
    cr_expect_eq(result.feed.list.count, 0);
    cr_expect_eq(result.rejected, 0);
    feed_result_done(&result);
}

Test(feed, counts_many_kinds_without_growing)
{
    struct buf text = {0};
    buf_puts(&text, FIELDS);
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "x\tLocal::KIND%d\n", i);
    buf_puts(&text, "x\tLocal::\x1B[2J\nx\tLocal::KIND3\n192.0.2.1\tIntel::ADDR\n");
    struct feed_result result = parse(text.text);
    cr_expect_eq(result.skipped_kinds, FEED_MAX_KINDS);
    cr_expect_str_eq(result.skipped[3].name, "Local::KIND3");
    cr_expect_eq(result.skipped[3].count, 2);
    cr_expect_str_eq(result.skipped[FEED_MAX_KINDS - 1].name, "other");
    cr_expect_eq(result.skipped[FEED_MAX_KINDS - 1].count, 30 - (FEED_MAX_KINDS - 1) + 1);
    feed_result_done(&result);
    buf_done(&text);
}

Test(feed, reads_suricata_reputation)
{
    struct feed_result result = parse("ip,category,score\n#192.0.2.9,1,1\n192.0.2.1,10,100\n"
                                      "198.51.100.0/24, 60, 127\n192.0.2.2,1,0\n192.0.2.3,61,1\n"
                                      "192.0.2.4,1,128\n192.0.2.5,0,1\n2001:db8::1,1,1,1\n"
                                      "2001:db8::1,1,1\n192.0.2.6,1,1\n192.0.2.7,1,1\n");
    cr_expect_str_eq(result.feed.format, "suricata-iprep");
    expect_entries(&result, "192.0.2.1(iprep category 10, score 100)\n"
                            "198.51.100.0/24(iprep category 60, score 127)\n"
                            "2001:db8::1(iprep category 1, score 1)\n"
                            "192.0.2.6(iprep category 1, score 1)\n"
                            "192.0.2.7(iprep category 1, score 1)\n");
    cr_expect_eq(result.skipped[0].count, 1);
    cr_expect_str_eq(result.skipped[0].name, "score 0");
    cr_expect_eq(result.rejected, 4);
    cr_expect_eq(result.first_reject_line, 6);
    feed_result_done(&result);

    result = parse("192.0.2.1,10,100\n");
    cr_expect_str_eq(result.feed.format, "suricata-iprep", "without a header too");
    feed_result_done(&result);
}

Test(feed, refuses_texts_that_are_no_feed)
{
    expect_refused("", "x: is empty; to end a feed, use 'intel remove'");
    expect_refused(" \r\n\n", "x: is empty; to end a feed, use 'intel remove'");
    expect_refused("{\"ip\":\"192.0.2.0\"}\n",
        "x: JSON of a kind that is not read; MISP events and warning lists, STIX bundles and "
        "Spamhaus DROP are");
    expect_refused(
        "[\"192.0.2.0\",\n\"192.0.2.1\"\n", "x: its JSON ends too early; fetch it again");
    expect_refused("[[1,\n2,\nthree]]\n", "x: it is no well-formed JSON from line 3 on");
    expect_refused("<html>192.0.2.1</html>\n",
        "x: is HTML or XML, perhaps an error page in place of the feed");
    expect_refused("The host\n192.0.2.1\nwas bad\nyesterday.\n",
        "x: no list of addresses or domains, nor any other feed that is read (line 1: no address, "
        "network or domain name)");
    expect_refused("http://example.com/\n", "x: nothing in it is matched; it holds 1 URL");
    expect_refused("# seen\n\"2024-01-01\",\"192.0.2.1:443\",\"x\"\n",
        "x: comma-separated values of a kind that is not read; column 2 holds addresses: give "
        "that column alone, one a line");
    expect_refused("name,value\na,b\n",
        "x: no list of addresses or domains, nor any other feed that is read (line 1: several "
        "columns with commas between them)");
}

Test(feed, refuses_other_zeek_files)
{
    static const char want[] = "x: its #fields line is not that of Zeek intel, which names "
                               "indicator and indicator_type with tabs between the columns";
    expect_refused("#separator \\x09\n#fields\tts\tuid\n", want);
    expect_refused("#separator \\x09\n#fields\tts\tuid\n1.5\tC1\n", want);
    expect_refused("#fields indicator indicator_type\n192.0.2.1 Intel::ADDR\n", want);
    expect_refused(FIELDS "192.0.2.1 Intel::ADDR LAB\n",
        "x: most entries cannot be read as zeek-intel (line 2: no indicator type, such as "
        "Intel::ADDR)");
}

Test(feed, refuses_bytes_that_are_no_text)
{
    struct feed_result result = {0};
    struct err err = {0};
    cr_expect_not(feed_parse("x", STR("192.0.2.1\n\0\n"), NULL, &result, &err));
    cr_expect_eq(err.code, ERR_DATA);
    cr_expect_str_eq(err.text, "x: is not text");
}

Test(feed, an_entry_has_the_options_category_and_dates)
{
    struct feed_options options = FEED_OPTIONS;
    options.category = INDICATOR_C2;
    options.from_us = 1000;
    options.name = "my c2";
    struct feed_result result = {0};
    struct err err = {0};
    cr_assert(feed_parse("x", STR("192.0.2.1"), &options, &result, &err), "%s", err.text);
    cr_expect_str_eq(result.feed.name, "my c2");
    cr_expect_eq(entry_of(&result.feed, 0).category, INDICATOR_C2);
    cr_expect_eq(entry_of(&result.feed, 0).from_us, 1000);
    cr_expect_eq(entry_of(&result.feed, 0).until_us, INDICATOR_ALWAYS_UNTIL);
    feed_result_done(&result);

    result = parse("192.0.2.1");
    cr_expect_eq(entry_of(&result.feed, 0).category, INDICATOR_BLOCKLIST);
    cr_expect_eq(entry_of(&result.feed, 0).from_us, INDICATOR_ALWAYS_FROM);
    feed_result_done(&result);
}

static void expect_usage_error(const struct feed_options *options)
{
    struct feed_result result = {0};
    struct err err = {0};
    cr_expect_not(feed_parse("x", STR("192.0.2.1"), options, &result, &err));
    cr_expect_eq(err.code, ERR_USAGE, "%s", err.text);
}

Test(feed, refuses_options_that_cannot_be)
{
    struct feed_options options = FEED_OPTIONS;
    options.from_us = options.until_us = 5;
    expect_usage_error(&options);
    options = FEED_OPTIONS;
    options.name = "";
    expect_usage_error(&options);
    options.name = "a\nb";
    expect_usage_error(&options);
    options.name = "\xFF";
    expect_usage_error(&options);
    options = FEED_OPTIONS;
    options.category = INDICATOR_CATEGORIES;
    expect_usage_error(&options);
}

static void expect_name(const char *path, const char *want)
{
    struct feed_result result = {0};
    struct err err = {0};
    cr_assert(feed_parse(path, STR("192.0.2.1"), NULL, &result, &err), "%s", err.text);
    cr_expect_str_eq(result.feed.name, want);
    feed_result_done(&result);
}

Test(feed, is_named_after_its_file)
{
    expect_name("/feeds.d/drop.txt", "drop");
    expect_name("drop.txt.gz", "drop");
    expect_name("a.b.intel", "a.b");
    expect_name("drop", "drop");
    expect_name("/x/.hidden", ".hidden");
    expect_name("-", "stdin");
}

Test(feed, notes_are_cut_and_made_printable)
{
    struct buf text = {0};
    buf_puts(&text, "192.0.2.1 # ");
    for (int i = 0; i < 100; i++)
        buf_puts(&text, "\xE8\xAD\xA6");
    buf_puts(&text, "\n192.0.2.2 # a\xFF\n");
    struct feed_result result = parse(text.text);
    cr_expect_eq(entry_of(&result.feed, 0).note.len, 198, "whole characters within 200 bytes");
    cr_expect(str_is_utf8(entry_of(&result.feed, 0).note));
    cr_expect(str_eq(entry_of(&result.feed, 1).note, STR("a\\xff")));
    feed_result_done(&result);
    buf_done(&text);
}

static void write_gzip(const char *path, const char *text)
{
    gzFile file = gzopen(path, "wb");
    cr_assert_eq(gzputs(file, text), (int)strlen(text));
    cr_assert_eq(gzclose(file), Z_OK);
}

static void cut_file(const char *path, long off)
{
    FILE *file = fopen(path, "r");
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    fclose(file);
    cr_assert_eq(truncate(path, size - off), 0);
}

Test(feed, reads_files_plain_or_gzip)
{
    char path[] = "/tmp/tocsin-test-feed-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, "192.0.2.1\n", 10), 10);
    close(fd);
    struct feed_result result = {0};
    struct err err = {0};
    cr_assert(feed_read(path, NULL, &result, &err), "%s", err.text);
    expect_entries(&result, "192.0.2.1\n");
    feed_result_done(&result);

    write_gzip(path, "192.0.2.2\n192.0.2.3\n");
    cr_assert(feed_read(path, NULL, &result, &err), "%s", err.text);
    expect_entries(&result, "192.0.2.2\n192.0.2.3\n");
    feed_result_done(&result);

    cut_file(path, 6);
    cr_expect_not(feed_read(path, NULL, &result, &err));
    cr_expect_eq(err.code, ERR_DATA);
    cr_expect_not_null(strstr(err.text, "cut short"), "%s", err.text);
    unlink(path);

    err = (struct err){0};
    cr_expect_not(feed_read(path, NULL, &result, &err));
    cr_expect_eq(err.code, ERR_NOINPUT);
    err = (struct err){0};
    cr_expect_not(feed_read("/tmp", NULL, &result, &err));
    cr_expect_eq(err.code, ERR_IO, "%s", err.text);
}

static bool leaves_unsaid(struct str text, enum indicator_category category)
{
    struct feed_options options = FEED_OPTIONS;
    struct feed_result r = {0};
    struct err err = {0};
    options.category = category;
    cr_assert(feed_parse("x", text, &options, &r, &err), "%s", err.text);
    bool unsaid = r.unsaid;
    feed_result_done(&r);
    return unsaid;
}

Test(feed, says_where_nobody_tells_what_is_listed)
{
    const struct str plain = STR("192.0.2.1\n"),
                     drop = STR("{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL1\",\"rir\":\"x\"}\n");
    cr_expect(leaves_unsaid(plain, 0));
    cr_expect_not(leaves_unsaid(plain, INDICATOR_C2));
    cr_expect_not(leaves_unsaid(drop, 0));
}
