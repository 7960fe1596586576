/* One error from where it happened up to the program, which alone prints it and picks the status. */
#pragma once

#include <stdbool.h>

/* What went wrong, in the terms of sysexits.h; cli/exit.c maps each to its exit status. */
enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,    /* 64: the command line */
    ERR_DATA,     /* 65: a feed, database or SQL text that cannot be used */
    ERR_NOINPUT,  /* 66: no such input, or it may not be opened */
    ERR_INTERNAL, /* 70: out of memory, or a mistake of ours */
    ERR_CREATE,   /* 73: the database or an output cannot be created */
    ERR_IO,       /* 74: reading or writing failed */
    ERR_LOCKED,   /* 75: another run holds the lock */
    ERR_CONFIG,   /* 78: configuration, inventory or catalogue */
};

/* text: one line for the operator, saying what to do, without a newline. What stands in it from
 * a log is raw: whoever prints it makes it visible. */
struct err {
    enum err_code code;
    char text[512];
};

/* Sets *err (which may be NULL) and returns false, so that `return err_set(…)` reads well.
 * The first failure is kept: a set error is not overwritten. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text of a set error, for the caller who knows the place. */
bool err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* err_set() for a failed allocation. */
bool err_nomem(struct err *err);
