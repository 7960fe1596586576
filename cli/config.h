/* The configuration: tocsin.conf, conf.d, inventory.conf and catalog.d, read into one struct. */
#pragma once

#include "correlate/catalog/catalog.h"
#include "correlate/network/inventory.h"
#include "correlate/network/sampling.h"
#include "export/export.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `[sensor NAME]`: what `run` reads when it is given no path. */
struct config_sensor {
    const char *name, *kind; /* kind: "zeek", "suricata"; NULL when not said */
    char **paths;
    size_t path_count;
    int64_t one_of;   /* sampling = 1:N; 1 when not said */
    const char *file; /* where it was declared */
    int line;
};

/* `[export NAME]`: where `run` appends each new or changed alert. */
struct config_export {
    const char *name, *path;
    const struct exporter *exporter;
    const char *file;
    int line;
};

struct config {
    const char *file;   /* the main file; NULL: no configuration at all */
    const char *db;     /* the database */
    bool db_is_default; /* nothing named it */
    struct inventory *inventory;
    struct catalog *catalog;
    struct config_sensor *sensors;
    size_t sensor_count;
    struct sampling sampling; /* of the sensors' paths */
    struct config_export *exports;
    size_t export_count;
};

/* file: -c; db: --db; home: --home; each may be NULL. Without -c: TOCSIN_CONFIG, the user's
 * $XDG_CONFIG_HOME/tocsin/, then /etc/tocsin/. The database: --db, TOCSIN_DB, `[database] file`,
 * the place that goes with the user's or the system's configuration, ./tocsin.db.
 * Relative paths in a file start at that file's folder. Every error is ERR_CONFIG, except that a
 * bad --home is ERR_USAGE. */
struct config_request {
    const char *file, *db, *home;
};
struct config *config_load(const struct config_request *request, struct err *err);
/* The files that were read, one after the other; NULL behind the last. */
const char *config_file(const struct config *config, size_t i);
void config_free(struct config *config);
