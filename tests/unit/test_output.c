/* Files that appear whole or not at all. */
#include "cli/output.h"
#include "tests/unit/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct folder folder;
static char path[300];

static void setup(void)
{
    folder_open(&folder);
    snprintf(path, sizeof path, "%s/out", folder.path);
}

static void teardown(void)
{
    folder_close(&folder);
}

TestSuite(output, .init = setup, .fini = teardown);

static void put(const char *text)
{
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

static void holds(const char *want)
{
    char text[64] = "";
    FILE *file = fopen(path, "r");
    cr_assert(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    cr_assert_str_eq(text, want);
}

/* How many files the folder holds. */
static int files(void)
{
    char command[300];
    int count = -1;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder.path);
    FILE *pipe = popen(command, "r");
    cr_assert_eq(fscanf(pipe, "%d", &count), 1);
    pclose(pipe);
    return count;
}

Test(output, the_old_file_stays_until_the_new_one_is_whole)
{
    struct output out;
    struct err err = {0};
    put("old");
    cr_assert(output_open(&out, path, COLOR_AUTO, &err), "%s", err.text);
    cr_assert(output_write(&out, STR("new")));
    fflush(out.file);
    holds("old");
    cr_assert(output_close(&out, &err), "%s", err.text);
    holds("new");
    cr_assert_eq(files(), 1);
}

Test(output, an_abandoned_file_leaves_no_trace)
{
    struct output out;
    struct err err = {0};
    put("old");
    cr_assert(output_open(&out, path, COLOR_AUTO, &err));
    output_write(&out, STR("new"));
    output_abandon(&out);
    holds("old");
    cr_assert_eq(files(), 1);
}

Test(output, a_replaced_file_keeps_its_permissions)
{
    struct output out;
    struct stat st;
    put("old");
    chmod(path, 0640);
    cr_assert(output_open(&out, path, COLOR_AUTO, NULL));
    cr_assert(output_close(&out, NULL));
    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0640);
}

Test(output, a_link_stays_a_link)
{
    char link_path[300];
    struct output out;
    struct stat st;
    put("old");
    snprintf(link_path, sizeof link_path, "%s/link", folder.path);
    cr_assert_eq(symlink(path, link_path), 0);
    cr_assert(output_open(&out, link_path, COLOR_AUTO, NULL));
    output_write(&out, STR("new"));
    cr_assert(output_close(&out, NULL));
    holds("new");
    cr_assert_eq(lstat(link_path, &st), 0);
    cr_assert(S_ISLNK(st.st_mode));
}

Test(output, what_cannot_be_created_is_told)
{
    struct output out;
    struct err err = {0};
    cr_assert_not(output_open(&out, folder.path, COLOR_AUTO, &err));
    cr_assert_eq(err.code, ERR_CREATE);
    err = (struct err){0};
    strcat(path, "/none/out");
    cr_assert_not(output_open(&out, path, COLOR_AUTO, &err));
    cr_assert_eq(err.code, ERR_CREATE);
}

Test(output, a_full_disk_is_an_error_and_a_gone_reader_is_not)
{
    struct output out;
    struct err err = {0};
    cr_assert(output_open(&out, "/dev/full", COLOR_AUTO, &err), "%s", err.text);
    output_write(&out, STR("text"));
    cr_assert_not(output_close(&out, &err));
    cr_assert_eq(err.code, ERR_IO);

    out = (struct output){.file = fopen("/dev/null", "w"), .failed = EPIPE};
    cr_assert_not(output_write(&out, STR("text")));
    cr_assert(output_close(&out, NULL));
}

Test(output, color_follows_the_option_then_no_color)
{
    FILE *file = fopen("/dev/null", "w");
    cr_assert(output_colors(file, COLOR_ALWAYS));
    cr_assert_not(output_colors(file, COLOR_NEVER));
    cr_assert_not(output_colors(file, COLOR_AUTO));
    setenv("NO_COLOR", "1", 1);
    cr_assert(output_colors(file, COLOR_ALWAYS));
    fclose(file);
}
