/* Writes the sample logs into a folder. The other files there (feeds, inventory, configuration) are
 * written by hand and left as they are. */
#include "sample-logs/generator/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

static bool make_folder(const char *root, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, name);
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    perror(path);
    return false;
}

static bool write_log(struct log_file *log, const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return log_write(log, path);
}

/* What the day must give: type and compromised entity, one line an alert. */
static bool write_expected(const char *folder)
{
    struct log_file log = {.header = NULL};
    for (size_t i = 0; i < part_count; i++) {
        struct text t = {.length = 0};
        if (!parts[i].type)
            continue;
        text_add(&t, "%s\t%s", parts[i].type, parts[i].entity);
        log_add(&log, 0, &t);
    }
    bool ok = write_log(&log, folder, "expected.tsv");
    log_done(&log);
    return ok;
}

int main(int argc, char **argv)
{
    struct segment places[PLACES];
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 64;
    }
    if (!make_folder(argv[1], "zeek") || !make_folder(argv[1], "zeek-branch") ||
        !make_folder(argv[1], "suricata"))
        return 73;
    segment_init(&places[EDGE], SENSOR_TSV, 20260302);
    segment_init(&places[BRANCH], SENSOR_JSON, 20260303);
    segment_init(&places[HOSTING], SENSOR_EVE, 20260304);
    for (size_t i = 0; i < part_count; i++)
        parts[i].make(&places[parts[i].place], &parts[i]);
    bool ok = write_log(&places[EDGE].conn, argv[1], "zeek/conn.log") &&
              write_log(&places[EDGE].ssh, argv[1], "zeek/ssh.log") &&
              write_log(&places[EDGE].rdp, argv[1], "zeek/rdp.log") &&
              write_log(&places[BRANCH].conn, argv[1], "zeek-branch/conn.log.gz") &&
              write_log(&places[BRANCH].rdp, argv[1], "zeek-branch/rdp.log") &&
              write_log(&places[HOSTING].conn, argv[1], "suricata/eve.json") &&
              write_expected(argv[1]);
    for (int i = 0; i < PLACES; i++)
        segment_done(&places[i]);
    return ok ? 0 : 74;
}
