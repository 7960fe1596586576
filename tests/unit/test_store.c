/* The database file: made, opened, locked, refused; transactions kept together or not at all. */
#include "store/store.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

static struct scratch db;

static void setup(void)
{
    scratch_open(&db);
}

static void teardown(void)
{
    scratch_close(&db);
}

TestSuite(store, .init = setup, .fini = teardown);

static void expect_refused(
    const char *path, enum store_mode mode, enum err_code code, const char *words)
{
    struct err err = {0};
    struct store *s = store_open(path, mode, 0, &err);
    cr_expect_null(s, "%s", path);
    cr_expect_eq(err.code, code, "%s: %s", path, err.text);
    cr_expect_not_null(strstr(err.text, words), "%s", err.text);
    store_close(s);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
}

/* ------------------------------------------------------------------ opening */

Test(store, makes_a_file_that_only_its_owner_may_read)
{
    struct stat st;
    cr_assert_eq(stat(db.path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    cr_expect_str_eq(store_path(db.s), db.path);
}

Test(store, keeps_what_was_written_for_the_next_time)
{
    struct err err = {0};
    int64_t value;
    cr_assert(store_state_set(db.s, "x", -5, &err), "%s", err.text);
    scratch_reopen(&db, STORE_WRITE);
    cr_assert(store_state_get(db.s, "x", 1, &value, &err), "%s", err.text);
    cr_expect_eq(value, -5);
    scratch_reopen(&db, STORE_READ);
    cr_assert(store_state_get(db.s, "x", 1, &value, &err), "%s", err.text);
    cr_expect_eq(value, -5);
    cr_assert(store_state_get(db.s, "y", 1, &value, &err), "%s", err.text);
    cr_expect_eq(value, 1, "a note that is missing reads as told");
}

Test(store, reads_no_file_that_is_not_there_and_makes_none)
{
    char path[320];
    snprintf(path, sizeof path, "%s/none.db", db.dir.path);
    expect_refused(path, STORE_READ, ERR_NOINPUT, "there is no database");
    cr_expect_neq(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/none/x.db", db.dir.path);
    expect_refused(path, STORE_WRITE, ERR_CREATE, "cannot be created");
}

Test(store, refuses_a_directory)
{
    expect_refused(db.dir.path, STORE_WRITE, ERR_CREATE, "is a directory");
    expect_refused(db.dir.path, STORE_READ, ERR_CREATE, "not a regular file");
}

Test(store, refuses_a_file_that_is_no_database_and_leaves_it_as_it_is)
{
    char path[320], text[100] = "";
    snprintf(path, sizeof path, "%s/notes.txt", db.dir.path);
    write_file(path, "not a database, but longer than the header of one would be: nothing to see "
                     "here, and more of the same");
    expect_refused(path, STORE_WRITE, ERR_DATA, "is not an SQLite database");
    expect_refused(path, STORE_READ, ERR_DATA, "is not an SQLite database");
    FILE *f = fopen(path, "r");
    cr_assert_not_null(fgets(text, 16, f));
    fclose(f);
    cr_expect_str_eq(text, "not a database,");
    unlink(path);
}

Test(store, refuses_the_database_of_another_program)
{
    scratch_run(&db, "PRAGMA application_id = 7");
    store_close(db.s);
    db.s = NULL;
    expect_refused(db.path, STORE_WRITE, ERR_DATA, "not one of Tocsin's");
    expect_refused(db.path, STORE_READ, ERR_DATA, "not one of Tocsin's");
}

Test(store, refuses_what_a_newer_version_wrote)
{
    scratch_run(&db, "PRAGMA user_version = 999");
    store_close(db.s);
    db.s = NULL;
    expect_refused(db.path, STORE_WRITE, ERR_DATA, "newer version");
    expect_refused(db.path, STORE_READ, ERR_DATA, "newer version");
}

Test(store, takes_an_empty_file_for_a_new_database_when_writing)
{
    char path[320];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/empty.db", db.dir.path);
    write_file(path, "");
    expect_refused(path, STORE_READ, ERR_DATA, "is empty");
    struct store *s = store_open(path, STORE_WRITE, 0, &err);
    cr_expect_not_null(s, "%s", err.text);
    store_close(s);
    unlink(path);
}

Test(store, writes_nothing_when_opened_for_reading)
{
    struct err err = {0};
    scratch_reopen(&db, STORE_READ);
    cr_expect_not(store_state_set(db.s, "x", 1, &err));
    cr_expect_neq(err.code, ERR_NONE);
}

/* ------------------------------------------------------------------ locking */

Test(store, lets_one_writer_in_at_a_time_and_any_number_of_readers)
{
    struct err err = {0};
    expect_refused(db.path, STORE_WRITE, ERR_LOCKED, "another run is writing");
    struct store *a = store_open(db.path, STORE_READ, 0, &err);
    struct store *b = store_open(db.path, STORE_READ, 0, &err);
    cr_expect(a && b, "%s", err.text);
    store_close(a);
    store_close(b);
    expect_refused(db.path, STORE_WRITE, ERR_LOCKED, "another run is writing");
    store_close(db.s);
    db.s = store_open(db.path, STORE_WRITE, 0, &err);
    cr_expect_not_null(db.s, "%s", err.text);
}

Test(store, waits_for_another_writer_as_long_as_told)
{
    struct timespec before, after;
    struct err err = {0};
    clock_gettime(CLOCK_MONOTONIC, &before);
    cr_expect_null(store_open(db.path, STORE_WRITE, 250000, &err));
    clock_gettime(CLOCK_MONOTONIC, &after);
    cr_expect_eq(err.code, ERR_LOCKED);
    int64_t waited_ms =
        (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    cr_expect_geq(waited_ms, 200);
}

Test(store, gets_in_when_the_other_writer_is_done)
{
    struct err err = {0};
    store_close(db.s);
    db.s = NULL;
    int fd = open(db.path, O_RDWR | O_CLOEXEC);
    cr_assert_eq(flock(fd, LOCK_EX), 0);
    if (fork() == 0) { /* holds the lock for a moment */
        usleep(300000);
        _exit(0);
    }
    close(fd);
    db.s = store_open(db.path, STORE_WRITE, 20000000, &err);
    cr_expect_not_null(db.s, "%s", err.text);
}

/* ------------------------------------------------------------------ transactions */

static int64_t state_of(const char *name)
{
    struct err err = {0};
    int64_t value;
    cr_assert(store_state_get(db.s, name, 0, &value, &err), "%s", err.text);
    return value;
}

Test(store, keeps_a_transaction_together_or_not_at_all)
{
    struct err err = {0};
    cr_assert(store_begin(db.s, &err) && store_state_set(db.s, "a", 1, &err) &&
                  store_state_set(db.s, "b", 1, &err),
        "%s", err.text);
    store_rollback(db.s);
    cr_expect_eq(state_of("a") + state_of("b"), 0);
    cr_assert(store_begin(db.s, &err) && store_state_set(db.s, "a", 1, &err) &&
                  store_state_set(db.s, "b", 1, &err) && store_commit(db.s, &err),
        "%s", err.text);
    cr_expect_eq(state_of("a") + state_of("b"), 2);
    store_rollback(db.s);
    cr_expect_eq(state_of("a") + state_of("b"), 2, "there was nothing left to undo");
}

Test(store, undoes_what_was_not_committed_when_closed)
{
    struct err err = {0};
    cr_assert(store_begin(db.s, &err) && store_state_set(db.s, "a", 1, &err), "%s", err.text);
    scratch_reopen(&db, STORE_WRITE);
    cr_expect_eq(state_of("a"), 0);
}

Test(store, refuses_a_transaction_inside_a_transaction)
{
    struct err err = {0}, inner = {0};
    cr_assert(store_begin(db.s, &err), "%s", err.text);
    cr_expect_not(store_begin(db.s, &inner));
    cr_expect_neq(inner.code, ERR_NONE);
    cr_assert(store_state_set(db.s, "a", 1, &err) && store_commit(db.s, &err), "%s", err.text);
    cr_expect_eq(state_of("a"), 1, "the outer one goes on");
}

Test(store, rolls_back_while_a_statement_is_being_read)
{
    struct err err = {0};
    static const char sql[] = "SELECT name FROM state";
    cr_assert(store_begin(db.s, &err) && store_state_set(db.s, "a", 1, &err) &&
                  store_state_set(db.s, "b", 1, &err),
        "%s", err.text);
    struct query *q = store_query(db.s, "names", sql);
    cr_assert(query_step(q));
    store_rollback(db.s);
    query_done(q, NULL);
    cr_expect_eq(state_of("a"), 0);
    cr_assert(store_begin(db.s, &err) && store_commit(db.s, &err), "%s", err.text);
}

Test(store, works_in_memory_without_a_file)
{
    struct err err = {0};
    struct store *a = store_open(STORE_MEMORY, STORE_WRITE, 0, &err);
    struct store *b = store_open(STORE_MEMORY, STORE_WRITE, 0, &err);
    int64_t value;
    cr_assert(a && b, "%s", err.text);
    cr_assert(store_state_set(a, "x", 1, &err), "%s", err.text);
    cr_assert(store_state_get(b, "x", 0, &value, &err), "%s", err.text);
    cr_expect_eq(value, 0, "each is its own");
    store_close(a);
    store_close(b);
    cr_expect_neq(access(STORE_MEMORY, F_OK), 0);
}
