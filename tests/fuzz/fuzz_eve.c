/* Any bytes as lines of EVE, read by the EVE reader whatever they look like. */
#include "ingest/eve/eve.h"
#include "tests/fuzz/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct line_reader eve = {eve_json_new, eve_line};

    read_lines(&eve, (struct str){(const char *)data, size});
    return 0;
}
