/* What a mistyped word was meant to be. */
#include "util/nearest.h"

#include <stdbool.h>
#include <string.h>

#define NEAREST_WORD_MAX 32 /* longer words are compared by their first bytes */
#define BEGINNING_MIN    3  /* bytes that must be there to know a word by its beginning */

static int min3(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edit distance where a swap of two neighbours counts once, letter case not at all. */
static int edit_distance(const char *a, const char *b)
{
    int rows[3][NEAREST_WORD_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    int na = (int)strnlen(a, NEAREST_WORD_MAX), nb = (int)strnlen(b, NEAREST_WORD_MAX);
    for (int j = 0; j <= nb; j++)
        above[j] = j;
    for (int i = 1; i <= na; i++) {
        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            bool same = (a[i - 1] | 32) == (b[j - 1] | 32);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
            bool swapped = i > 1 && j > 1 && (a[i - 1] | 32) == (b[j - 2] | 32) &&
                           (a[i - 2] | 32) == (b[j - 1] | 32);
            if (swapped && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        int *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[nb];
}

/* A word that breaks off early is as near as one slip. */
static int distance_to(const char *word, const char *candidate)
{
    size_t length = strlen(word);
    int distance = edit_distance(word, candidate);
    bool begins = length >= BEGINNING_MIN && strncmp(word, candidate, length) == 0;
    return begins && distance > 1 ? 1 : distance;
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    int distance = distance_to(n->word, candidate);
    if (!n->best || distance < n->distance) {
        n->best = candidate;
        n->distance = distance;
    }
}

const char *nearest_word(const struct nearest *n)
{
    if (!n->best)
        return NULL;
    size_t length = strlen(n->word);
    int allowed = length <= 3 ? 1 : length <= 6 ? 2 : (int)(length / 3);
    return n->distance <= allowed ? n->best : NULL;
}
