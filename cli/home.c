/* The home networks are an input of every judgement: to forget them between two commands would
 * withdraw alerts in silence. So the database remembers them, and a change is never quiet. */
#include "cli/home.h"

#include <inttypes.h>

#define NAMED  "home"        /* setting: as a person last named them */
#define JUDGED "judged home" /* setting: as the records were last judged */

/* Keeps the networks in force under that name. *before: what was kept so far, where that differs. */
static bool keep(struct cli *cli, const char *name, struct buf *before, struct err *err)
{
    struct buf now = {0};
    inventory_home_format(cli->config->inventory, &now);
    bool ok = (!now.failed || err_nomem(err)) && store_setting_get(cli->store, name, before, err);
    if (ok && str_eq(buf_str(before), buf_str(&now)))
        buf_clear(before);
    else if (ok)
        ok = store_setting_set(cli->store, name, buf_str(&now), err);
    buf_done(&now);
    return ok;
}

static bool take_remembered(struct cli *cli, bool told, struct err *err)
{
    struct buf home = {0};
    bool ok = store_setting_get(cli->store, NAMED, &home, err);
    if (ok && home.len > 0)
        ok = inventory_change_home(cli->config->inventory, buf_str(&home), err);
    if (ok && told && home.len > 0)
        cli_note(cli, "home networks: %s, as last named for this database; --home changes that",
            home.text);
    else if (ok && told)
        cli_note(
            cli, "home networks: the private ranges (--home or [network] home says otherwise)");
    buf_done(&home);
    return ok;
}

bool home_settle(struct cli *cli, enum store_mode mode, bool told, struct err *err)
{
    struct buf before = {0};
    if (cli->config->inventory->home_is_default)
        return take_remembered(cli, told, err);
    bool ok = mode == STORE_READ || keep(cli, NAMED, &before, err);
    buf_done(&before);
    return ok;
}

static void tell_change(
    const struct cli *cli, const struct correlate_totals *totals, const char *before)
{
    struct buf text = {0};
    int64_t ended = totals->alerts_superseded + totals->alerts_withdrawn;
    if (before && *before) {
        buf_printf(&text, "the home networks changed from %s to ", before);
        inventory_home_format(cli->config->inventory, &text);
    } else {
        buf_printf(&text, "the %s changed",
            totals->network_changed    ? "inventory"
            : totals->sampling_changed ? "sampling of a sensor"
                                       : "login services");
    }
    if (text.failed)
        buf_clear(&text);
    cli_warn("%s: all records were judged again, and %" PRId64 " alert%s ended",
        text.len ? text.text : "the networks changed", ended, ended == 1 ? "" : "s");
    buf_done(&text);
}

bool home_judged(struct cli *cli, const struct correlate_totals *totals, struct err *err)
{
    struct buf before = {0};
    bool ok = keep(cli, JUDGED, &before, err);
    if (ok && totals->facts_rebuilt && totals->alerts_superseded + totals->alerts_withdrawn > 0)
        tell_change(cli, totals, before.text);
    buf_done(&before);
    return ok;
}
