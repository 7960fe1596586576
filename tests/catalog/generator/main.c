/* Makes the log files of tests/catalog: for each tier of each alert type one file exactly at the
 * threshold and others that miss it by one attempt, one peer or one microsecond. */
#include "tests/catalog/generator/fixture.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 64;
    }
    fixtures_begin(argv[1]);
    logins();
    scans();
    floods();
    contacts();
    return fixtures_end() ? 0 : 74;
}
