/* JSON Lines: one alert a line, the field names of Microsoft's SecurityAlert table. */
#include "export/alert_json.h"
#include "export/export.h"

static void write_alert(
    struct buf *out, const struct alert *alert, const struct export_options *options)
{
    export_json_alert(out, alert, options->lang);
    buf_addc(out, '\n');
}

const struct exporter export_jsonl = {
    .name = "jsonl",
    .summary = "JSON Lines, one alert a line, fields as in Microsoft's SecurityAlert",
    .alert = write_alert,
    .evidence = true,
};
