/* The files that paths stand for. */
#include "ingest/walk.h"
#include "tests/unit/folder.h"
#include "util/str.h"

#include <sys/stat.h>
#include <unistd.h>

static struct folder folder;
static struct buf seen, missing;

static void make(const char *name)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder.path, name);
    f = fopen(path, "w");
    cr_assert_not_null(f, "%s", path);
    fclose(f);
}

static void make_folder(const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder.path, name);
    cr_assert_eq(mkdir(path, 0700), 0);
}

static void make_link(const char *target, const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder.path, name);
    cr_assert_eq(symlink(target, path), 0);
}

static void set_up(void)
{
    folder_open(&folder);
    make("b.log");
    make("a.log");
    make(".hidden");
    make_folder("B");
    make("B/x.log");
    make_folder("c");
    make("c/y.log");
    make_folder(".git");
    make(".git/z.log");
    make_link("b.log", "link.log");
    make_link("c", "loop");
    make_link("nothing", "dangling");
}

static void tear_down(void)
{
    folder_close(&folder);
    buf_done(&seen);
    buf_done(&missing);
}

TestSuite(walk, .init = set_up, .fini = tear_down);

static struct str below(const char *path)
{
    struct str s = str_of(path), base = str_of(folder.path);

    return str_starts(s, base) ? (struct str){s.p + base.len, s.len - base.len} : s;
}

static bool visit(void *arg, const char *path, bool named, struct err *err)
{
    (void)arg;
    buf_puts(&seen, named ? "!" : "");
    buf_add(&seen, below(path));
    buf_addc(&seen, ' ');
    return !strstr(path, "x.log") || !strstr(path, "stop") || err_set(err, ERR_IO, "stop");
}

static void tell(void *arg, const char *path, const struct err *why)
{
    (void)arg;
    cr_expect_eq(why->code, ERR_NOINPUT);
    buf_add(&missing, below(path));
    buf_addc(&missing, ' ');
}

static void walk(const char *below_dir)
{
    const struct walk w = {.visit = visit, .missing = tell};
    char path[512];
    struct err err = {0};

    snprintf(path, sizeof(path), "%s%s", folder.path, below_dir);
    cr_assert(walk_path(path, &w, &err), "%s", err.text);
}

static const char *text_of(const struct buf *b)
{
    return b->text ? b->text : "";
}

Test(walk, folders_are_read_in_byte_order_without_hidden_files)
{
    walk("");
    cr_expect_str_eq(text_of(&seen), "/B/x.log /a.log /b.log /c/y.log /link.log ");
    cr_expect_str_eq(text_of(&missing), "/dangling ");
}

Test(walk, a_link_to_a_folder_is_followed_when_it_is_given)
{
    walk("/loop");
    cr_expect_str_eq(text_of(&seen), "/loop/y.log ");
}

Test(walk, patterns_stand_for_what_they_match)
{
    walk("/?.log");
    cr_expect_str_eq(text_of(&seen), "/a.log /b.log ");
    buf_clear(&seen);
    walk("/*/[xy].log");
    cr_expect_str_eq(text_of(&seen), "/B/x.log /c/y.log /loop/y.log ");
    cr_expect_str_eq(text_of(&missing), "");
}

Test(walk, a_pipe_is_read_only_when_it_is_named)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/pipe.log", folder.path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    walk("/p*.log");
    walk("");
    cr_expect_null(strstr(text_of(&seen), "pipe"));
    buf_clear(&seen);
    walk("/pipe.log");
    cr_expect_str_eq(text_of(&seen), "!/pipe.log ");
    remove(path);
}

Test(walk, what_is_not_there_is_told)
{
    walk("/none.log");
    walk("/none*");
    cr_expect_str_eq(text_of(&missing), "/none.log /none* ");
    cr_expect_str_eq(text_of(&seen), "");
}

Test(walk, a_hidden_file_is_read_when_it_is_given)
{
    walk("/.hidden");
    cr_expect_str_eq(text_of(&seen), "!/.hidden ");
}

Test(walk, standard_input_is_passed_on)
{
    const struct walk w = {.visit = visit, .missing = tell};
    struct err err = {0};

    cr_assert(walk_path("-", &w, &err));
    cr_expect_str_eq(text_of(&seen), "!- ");
}

/* As when logs are rotated while their folder is read. */
static bool remove_the_rest(void *arg, const char *path, bool named, struct err *err)
{
    static const char *const names[] = {"b.log", "link.log", "c/y.log"};
    char other[512];

    if (str_eq(below(path), STR("/a.log")))
        for (size_t i = 0; i < 3; i++) {
            snprintf(other, sizeof(other), "%s/%s", folder.path, names[i]);
            cr_assert_eq(remove(other), 0);
        }
    return visit(arg, path, named, err);
}

Test(walk, what_was_found_and_is_gone_is_passed_over)
{
    const struct walk w = {.visit = remove_the_rest, .missing = tell};
    struct err err = {0};

    cr_assert(walk_path(folder.path, &w, &err), "%s", err.text);
    cr_expect_str_eq(text_of(&seen), "/B/x.log /a.log ");
    cr_expect_str_eq(text_of(&missing), "/dangling ");
    make("b.log");
    make("link.log");
    make("c/y.log");
}

static bool refuse(void *arg, const char *path, bool named, struct err *err)
{
    (void)path;
    (void)named;
    ++*(int *)arg;
    return err_set(err, ERR_IO, "no more");
}

Test(walk, a_failing_visit_stops_the_walk)
{
    int visits = 0;
    const struct walk w = {.arg = &visits, .visit = refuse, .missing = tell};
    struct err err = {0};

    cr_expect_not(walk_path(folder.path, &w, &err));
    cr_expect_eq(visits, 1);
    cr_expect_eq(err.code, ERR_IO);
}
