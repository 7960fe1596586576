/* Writes forty days of logs of a small network, and truth.tsv: what must be reported of them.
 * The same seed gives the same bytes. */
#include "tests/scene/scene.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct scene s;
    char truth[1024];
    if (argc != 3 || atoi(argv[2]) < 1) {
        fprintf(stderr, "usage: %s FOLDER SEED\n", argv[0]);
        return 64;
    }
    scene_init(&s, (uint64_t)atoi(argv[2]));
    attacks_plan(&s);
    bool done = true;
    for (s.day = 0; done && s.day < DAYS; s.day++) {
        s.midnight_us = FIRST_DAY + s.day * DAY;
        s.workday = s.day % 7 < 5;
        office_day(&s);
        jobs_day(&s);
        attacks_day(&s);
        done = scene_flush(&s, argv[1], s.day == DAYS - 1 ? INT64_MAX / 2 : s.midnight_us + DAY);
    }
    snprintf(truth, sizeof truth, "%s/truth.tsv", argv[1]);
    done = done && log_write(&s.truth, truth);
    scene_done(&s);
    return done ? 0 : 74;
}
