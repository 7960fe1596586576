/* The names of the reasons. */
#include "store/reason.h"

const char *const reject_names[REJECTS] = {
    [REJECT_NONE] = "none",
    [REJECT_NOT_JSON] = "not a JSON object, or cut short",
    [REJECT_COLUMNS] = "the wrong number of columns",
    [REJECT_NO_HEADER] = "a row before any header",
    [REJECT_TIME] = "no readable time",
    [REJECT_ADDRESS] = "no readable address",
    [REJECT_PORT] = "no readable port",
    [REJECT_NUMBER] = "a count that is no number",
    [REJECT_TOO_LONG] = "line too long",
    [REJECT_TOO_DEEP] = "nested too deep",
    [REJECT_BINARY] = "NUL bytes inside the line",
    [REJECT_NO_MEMORY] = "out of memory",
};

const char *const ignore_names[IGNORES] = {
    [IGNORE_NONE] = "none",
    [IGNORE_HEADER] = "headers and blank lines",
    [IGNORE_OTHER_LOG] = "other Zeek logs",
    [IGNORE_OTHER_EVENT] = "other EVE events",
    [IGNORE_OPEN_CONN] = "open connections",
    [IGNORE_NO_LOGIN] = "no login",
    [IGNORE_NO_NAME] = "no name",
    [IGNORE_NO_ADDRESS] = "no address",
    [IGNORE_NETFLOW] = "EVE netflow",
    [IGNORE_ANOMALY] = "EVE anomaly",
    [IGNORE_STATS] = "EVE stats",
};
