/* Suricata datasets of the type string: base64, one a line. Those of the types ip and ipv4 are plain
 * lists. */
#include "ingest/feed/feed_format.h"

#define LINES_TO_JUDGE 20
#define VALUE_MAX      253 /* bytes; no name is longer */

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? memchr(digits, c, 64) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Strict base64 (RFC 4648 §4) of printable text; *text holds VALUE_MAX + 1 bytes. */
static bool decode(struct str line, char *text, struct str *value)
{
    size_t len = 0, padding = 0;
    if (line.len == 0 || line.len % 4 != 0 || line.len / 4 * 3 > VALUE_MAX + 2)
        return false;
    while (padding < 2 && line.p[line.len - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < line.len; i += 4) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            int digit = i + k >= line.len - padding ? 0 : digit_of(line.p[i + k]);
            if (digit < 0)
                return false;
            bits = bits << 6 | (uint32_t)digit;
        }
        for (int k = 16; k >= 0; k -= 8)
            if (len < line.len / 4 * 3 - padding)
                text[len++] = (char)(bits >> k & 0xFF);
    }
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    *value = (struct str){text, len};
    return len <= VALUE_MAX;
}

/* A reputation may stand behind the value: "ZXhhbXBsZS5jb20=,10". */
static struct str value_of(struct str line)
{
    return str_trim(str_cut(&line, ','));
}

static bool is_data(struct str line)
{
    return line.len > 0 && *line.p != '#';
}

/* Most values are base64 and one at least of a name or address: hashes look like base64 as well. */
static bool fits(struct str text)
{
    int decoded_lines = 0, others = 0;
    bool found = false;
    for (int i = 0; i < LINES_TO_JUDGE && text.p; i++) {
        struct str line = str_trim(str_cut(&text, '\n')), value;
        char decoded[VALUE_MAX + 3];
        struct indicator target;
        if (!is_data(line))
            continue;
        if (decode(value_of(line), decoded, &value)) {
            decoded_lines++;
            found |= feed_parse_target(value, &target);
        } else {
            others++;
        }
    }
    return found && decoded_lines > others;
}

static void read_list(struct feed_reading *r, struct str text)
{
    struct str line, value;
    while (feed_next_line(r, &text, &line)) {
        char decoded[VALUE_MAX + 3];
        struct indicator found;
        if (!is_data(line))
            continue;
        if (!decode(value_of(line), decoded, &value))
            feed_reject(r, "no text in base64");
        else if (!feed_parse_target(value, &found))
            feed_skip(r, STR("neither address nor domain"));
        else
            feed_add(r, &found);
    }
}

const struct feed_format feed_dataset = {"suricata-dataset", fits, read_list};
