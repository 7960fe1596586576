/* The nearest of the words offered, for "did you mean". */
#pragma once

struct nearest {
    const char *word, *best;
    int distance; /* of best; -1 before any was offered */
};
void nearest_offer(struct nearest *n, const char *candidate);
/* best, when it is near enough to be what was meant; else NULL. */
const char *nearest_word(const struct nearest *n);
