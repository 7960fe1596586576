/* Replays files through a fuzz harness where libFuzzer is not linked: the seeds, in every test run.
 * usage: fuzz_X FOLDER...   Prints each file's name before it is read, so that a crash names it. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The buffer has exactly the file's size, so that a sanitizer sees a read behind it. */
static int replay(const char *path)
{
    uint8_t *data = NULL;
    FILE *file = fopen(path, "rb");
    int status = 74;
    long size;

    puts(path);
    fflush(stdout);
    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        goto done;
    rewind(file);
    data = malloc(size ? (size_t)size : 1);
    if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
        goto done;
    LLVMFuzzerTestOneInput(data, (size_t)size);
    status = 0;
done:
    free(data);
    if (file)
        fclose(file);
    return status;
}

static int replay_folder(const char *folder, int *count)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_shown, alphasort), status = n < 0 ? 66 : 0;

    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (status == 0)
            status = replay(path);
        free(entries[i]);
    }
    free(entries);
    *count += n > 0 ? n : 0;
    return status;
}

int main(int argc, char *argv[])
{
    int count = 0, status = 0;

    for (int i = 1; i < argc && status == 0; i++)
        status = replay_folder(argv[i], &count);
    if (status == 0 && count == 0)
        status = 66;
    printf("%d inputs, status %d\n", count, status);
    return status;
}
