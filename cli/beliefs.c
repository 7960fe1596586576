/* Feeds that are not believed are never silent: what they name raises no alert. */
#include "cli/beliefs.h"

#include "store/indicator.h"

#include <inttypes.h>

static void tell(void *arg, const struct disbelief *d)
{
    (void)arg;
    cli_warn("%s%s: %" PRId64 " of %" PRId64
             " machines deal with %s, so it is not believed: no %s comes of it; 'tocsin catalog "
             "show' names the limits",
        d->feed ? "feed " : "indicator ", d->what, d->owns, d->machines,
        d->feed ? "what it names" : "it", d->type);
}

bool beliefs_tell(const struct cli *cli, struct err *err)
{
    return store_disbelief_each(cli->store, tell, NULL, err);
}
