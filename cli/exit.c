/* From errors to exit statuses, and which of several counts. */
#include "cli/exit.h"

#include <stddef.h>

static const struct {
    enum err_code code;
    enum exit_status status;
} statuses[] = {
    {ERR_NONE, EXIT_OK},
    {ERR_USAGE, EXIT_USAGE},
    {ERR_DATA, EXIT_DATA},
    {ERR_NOINPUT, EXIT_NOINPUT},
    {ERR_INTERNAL, EXIT_INTERNAL},
    {ERR_CREATE, EXIT_CREATE},
    {ERR_IO, EXIT_IO},
    {ERR_LOCKED, EXIT_LOCKED},
    {ERR_CONFIG, EXIT_CONFIG},
};

/* The gravest first. */
static const enum exit_status gravity[] = {EXIT_CONFIG, EXIT_LOCKED, EXIT_IO, EXIT_CREATE,
    EXIT_INTERNAL, EXIT_NOINPUT, EXIT_DATA, EXIT_USAGE, EXIT_ALERTS, EXIT_REJECTS, EXIT_OK};

enum exit_status exit_of(enum err_code code)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (statuses[i].code == code)
            return statuses[i].status;
    }
    return EXIT_INTERNAL;
}

enum exit_status exit_graver(enum exit_status a, enum exit_status b)
{
    for (size_t i = 0; i < sizeof gravity / sizeof *gravity; i++) {
        if (gravity[i] == a || gravity[i] == b)
            return gravity[i];
    }
    return a;
}
