/* What the files of the configuration share and nobody else sees. */
#pragma once

#include "cli/config.h"
#include "util/arena.h"
#include "util/ini.h"

/* A configuration while it is read, and what it holds on to afterwards; struct config comes first, so
 * that one pointer is both. */
struct config_loading {
    struct config config;
    struct arena text;
    const char *folder; /* of the main file; NULL without any */
    struct ini *files;
    size_t file_count;
    size_t sensor_cap, export_cap;
};

/* a, b and c as one text of the configuration; NULL without memory. */
const char *config_join(struct config_loading *l, const char *a, const char *b, const char *c);
/* The folder that a file lies in; NULL without memory. */
const char *config_folder_of(struct config_loading *l, const char *path);

/* Takes what is ours from one file, and marks it used. */
bool config_take_sections(struct config_loading *l, struct ini *ini, struct err *err);
/* When every file was taken: is each section complete? Fills config->sampling. */
bool config_sections_finish(struct config *config, struct err *err);
