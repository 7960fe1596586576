/* Exit statuses: what scripts and cron see of a run. */
#pragma once

#include "util/err.h"

enum exit_status {
    EXIT_OK = 0,
    EXIT_ALERTS = 1,  /* --fail-on: new alerts of that severity or graver */
    EXIT_REJECTS = 2, /* more rejected lines than --max-rejects */
    EXIT_USAGE = 64,
    EXIT_DATA = 65,
    EXIT_NOINPUT = 66,
    EXIT_INTERNAL = 70,
    EXIT_CREATE = 73,
    EXIT_IO = 74,
    EXIT_LOCKED = 75,
    EXIT_CONFIG = 78,
};

enum exit_status exit_of(enum err_code code);
/* Of two reasons the graver. */
enum exit_status exit_graver(enum exit_status a, enum exit_status b);
