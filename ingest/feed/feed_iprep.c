/* Suricata's IP reputation lists: "address,category,score". What a category number means stands in
 * a file of its own, so it goes into the note. */
#include "ingest/feed/feed_format.h"

#include <stdio.h>

#define CATEGORY_MAX   60
#define SCORE_MAX      127
#define LINES_TO_JUDGE 20

struct row {
    struct cidr net;
    uint64_t category, score;
};

/* NULL when the line is a row, else what is wrong. */
static const char *parse_row(struct str line, struct row *row)
{
    struct str address = str_trim(str_cut(&line, ','));
    struct str category = str_trim(str_cut(&line, ','));
    struct str score = str_trim(str_cut(&line, ','));
    if (!score.p || line.p)
        return "not the three columns address,category,score";
    if (!cidr_parse(address, &row->net))
        return "no address or network";
    if (!str_u64(category, &row->category) || row->category == 0 || row->category > CATEGORY_MAX)
        return "the category is no number from 1 to 60";
    if (!str_u64(score, &row->score) || row->score > SCORE_MAX)
        return "the score is no number from 0 to 127";
    return NULL;
}

static bool is_header(struct str line)
{
    return str_eq_nocase(line, STR("ip,category,score"));
}

static bool is_data(struct str line)
{
    return line.len > 0 && *line.p != '#' && !is_header(line);
}

/* Most of the first rows must be rows: other tables may have a line that looks like one. */
static bool fits(struct str text)
{
    int rows = 0, others = 0;
    while (text.p && rows + others < LINES_TO_JUDGE) {
        struct str line = str_trim(str_cut(&text, '\n'));
        struct row row;
        if (is_header(line) && rows + others == 0)
            return true;
        if (!is_data(line))
            continue;
        if (parse_row(line, &row) == NULL)
            rows++;
        else
            others++;
    }
    return rows > others;
}

static void read_row(struct feed_reading *r, struct str line)
{
    struct row row;
    char note[64];
    const char *wrong = parse_row(line, &row);
    if (wrong) {
        feed_reject(r, wrong);
        return;
    }
    if (row.score == 0) {
        feed_skip(r, STR("score 0"));
        return;
    }
    int len = snprintf(note, sizeof note, "iprep category %u, score %u", (unsigned)row.category,
        (unsigned)row.score);
    feed_add(r, &(struct indicator){.net = row.net,
                    .from_us = INDICATOR_ALWAYS_FROM,
                    .until_us = INDICATOR_ALWAYS_UNTIL,
                    .note = {note, (size_t)len}});
}

static void read_list(struct feed_reading *r, struct str text)
{
    struct str line;
    while (feed_next_line(r, &text, &line))
        if (is_data(line))
            read_row(r, line);
}

const struct feed_format feed_suricata_iprep = {"suricata-iprep", fits, read_list};
