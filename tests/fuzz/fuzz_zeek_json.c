/* Any bytes as lines of Zeek's JSON, read by its reader whatever they look like. */
#include "ingest/zeek/zeek_json.h"
#include "tests/fuzz/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct line_reader zeek = {zeek_json_new, zeek_json_line};

    read_lines(&zeek, (struct str){(const char *)data, size});
    return 0;
}
