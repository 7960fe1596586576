/* Folders, notes and logs of the catalogue's fixtures, and attempts spread over time. */
#include "tests/catalog/generator/fixture.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *root;
static const char *folder; /* the alert type whose files are made */
static FILE *note;
static bool failed;

static void end_type(void)
{
    if (note && fclose(note) != 0)
        failed = true;
    note = NULL;
}

static FILE *create(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(73);
    }
    return f;
}

/* Starts a type's folder and its note.md. */
void begin_type(const char *type, const char *about)
{
    char path[1024];
    end_type();
    folder = type;
    snprintf(path, sizeof path, "%s/%s", root, type);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        perror(path);
        exit(73);
    }
    note = create("note.md");
    fprintf(note, "# %s\n\n%s\n\n| file | holds |\n|---|---|\n", type, about);
}

void write_line(const char *name, const char *line)
{
    FILE *f = create(name);
    fprintf(f, "%s\n", line);
    if (fclose(f) != 0)
        failed = true;
}

/* Writes one log of the segment and says in the note what is in it. */
void emit(struct segment *s, struct log_file *log, const char *name, const char *holds, ...)
{
    char path[1024];
    va_list args;
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, name);
    if (!log_write(log, path))
        failed = true;
    fprintf(note, "| `%s` | ", name);
    va_start(args, holds);
    vfprintf(note, holds, args);
    va_end(args);
    fprintf(note, " |\n");
    segment_done(s);
}

void play(struct segment *s, const struct series *p)
{
    static const char own[] = "10.0.0.10";
    for (int i = 0; i < p->attempts; i++) {
        char peer[ADDRESS_TEXT];
        snprintf(peer, sizeof peer, "198.51.100.%d",
            (p->first_peer ? p->first_peer : 20) + i % (p->peers ? p->peers : 1));
        int64_t t_us = p->start_us + (p->attempts > 1 ? p->span_us * i / (p->attempts - 1) : 0);
        const char *client = p->outgoing ? own : peer, *server = p->outgoing ? peer : own;
        if (!p->port) {
            shape_login_failed(s, p->shape, t_us, client, server);
            continue;
        }
        struct connection c = shape_connection(s, p->shape, t_us, client, server);
        c.server_port = p->port + (p->ports ? i % p->ports : 0);
        segment_connection(s, &c);
    }
}

void emit_series(enum sensor_kind kind, const struct series *p, const char *name, const char *holds)
{
    struct segment s;
    segment_init(&s, kind, (uint64_t)p->attempts * 1000 + (uint64_t)p->peers);
    play(&s, p);
    emit(&s, &s.conn, name, "%s", holds);
}

bool fixtures_end(void)
{
    end_type();
    return !failed;
}

void fixtures_begin(const char *path)
{
    root = path;
}
