/* Whether two names lead to one file. */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

/* Both names lead to one file, which need not be there yet. */
bool same_file(const char *a, const char *b);
bool same_inode(const struct stat *a, const struct stat *b);
