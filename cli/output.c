/* Opens, writes and finishes what a command prints. */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_colors(FILE *stream, int color_mode)
{
    const char *no_color = getenv("NO_COLOR");
    if (color_mode != COLOR_AUTO)
        return color_mode == COLOR_ALWAYS;
    return isatty(fileno(stream)) && !(no_color && *no_color);
}

static int terminal_width(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < OUTPUT_WIDTH_MIN ? OUTPUT_WIDTH_MIN : size.ws_col;
}

enum output_format output_format(
    const struct output *out, const struct options *options, enum output_format piped)
{
    if (options->format != FORMAT_AUTO)
        return (enum output_format)options->format;
    return out->terminal ? FORMAT_TABLE : piped;
}

static void open_stdout(struct output *out, int color_mode)
{
    *out = (struct output){.file = stdout, .terminal = isatty(STDOUT_FILENO)};
    out->color = output_colors(stdout, color_mode);
    out->width = out->terminal ? terminal_width(STDOUT_FILENO) : 0;
}

/* The file that a rename must reach: links are followed, so that they stay. */
static char *final_path(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : strdup(path);
}

static bool cannot_create(const char *path, struct err *err)
{
    return err_set(err, ERR_CREATE, "cannot create '%s': %s", path, strerror(errno));
}

/* --- the unfinished file ------------------------------------------------------------------- */

/* What an interrupted run leaves behind unless this is removed; "" when there is none. */
static char unfinished[PATH_MAX];

static void remove_unfinished(int signal_number)
{
    if (unfinished[0])
        unlink(unfinished);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void guard_unfinished(const char *path)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = remove_unfinished};
    struct sigaction before;
    snprintf(unfinished, sizeof unfinished, "%s", path);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        /* nohup and the like have them ignored: that stays. */
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

static bool open_temp(struct output *out, mode_t mode, struct err *err)
{
    if (asprintf(&out->temp, "%s.tmp.%ld", out->path, (long)getpid()) < 0) {
        out->temp = NULL;
        return err_nomem(err);
    }
    int fd = open(out->temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot_create(out->path, err);
    guard_unfinished(out->temp);
    if (mode)
        (void)!fchmod(fd, mode); /* a replaced file keeps its permissions where that is allowed */
    out->file = fdopen(fd, "w");
    return out->file || err_nomem(err);
}

bool output_open(struct output *out, const char *path, int color_mode, struct err *err)
{
    struct stat st;
    if (!path || strcmp(path, "-") == 0) {
        open_stdout(out, color_mode);
        return true;
    }
    *out = (struct output){.color = color_mode == COLOR_ALWAYS};
    bool exists = stat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return cannot_create(path, err);
    }
    out->path = final_path(path);
    if (!out->path)
        return err_nomem(err);
    bool ok = true;
    if (exists && !S_ISREG(st.st_mode)) {
        out->file = fopen(path, "we");
        ok = out->file || cannot_create(path, err);
    } else {
        ok = open_temp(out, exists ? st.st_mode & 0777 : 0, err);
    }
    if (!ok)
        output_abandon(out);
    return ok;
}

bool output_write(struct output *out, struct str text)
{
    if (out->failed == 0 && text.len > 0 && fwrite(text.p, 1, text.len, out->file) != text.len)
        out->failed = errno ? errno : EIO;
    return out->failed == 0;
}

static bool finish_file(struct output *out)
{
    bool ok = fflush(out->file) == 0 && (!out->temp || fsync(fileno(out->file)) == 0);
    if (!ok && out->failed == 0)
        out->failed = errno;
    if (out->file != stdout && fclose(out->file) != 0 && out->failed == 0)
        out->failed = errno;
    out->file = NULL;
    return out->failed == 0;
}

bool output_close(struct output *out, struct err *err)
{
    bool ok = finish_file(out);
    if (!ok && out->failed == EPIPE)
        ok = true; /* the reader had enough: `tocsin alerts | head` */
    else if (!ok)
        err_set(err, ERR_IO, "cannot write to %s: %s", out->path ? out->path : "standard output",
            strerror(out->failed));
    if (ok && out->temp && out->failed == 0) {
        ok = rename(out->temp, out->path) == 0 || cannot_create(out->path, err);
        if (ok) {
            free(out->temp);
            out->temp = NULL;
        }
    }
    output_abandon(out);
    return ok;
}

void output_abandon(struct output *out)
{
    if (out->file && out->file != stdout)
        fclose(out->file);
    if (out->temp)
        unlink(out->temp);
    unfinished[0] = '\0';
    free(out->temp);
    free(out->path);
    out->file = NULL;
    out->temp = out->path = NULL;
}

bool output_finish(struct output *out, bool ok, struct err *err)
{
    if (ok)
        return output_close(out, err);
    output_abandon(out);
    return false;
}
