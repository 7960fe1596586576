/* Runs a command and appends what it took to a file: seconds by the clock, seconds of CPU, peak
 * memory in KiB. usage: measure FILE COMMAND [ARGUMENT]... */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char *argv[])
{
    struct timespec start, end;
    struct rusage usage;
    int status;
    FILE *out;
    pid_t pid;

    if (argc < 3) {
        fputs("usage: measure FILE COMMAND [ARGUMENT]...\n", stderr);
        return 64;
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
        perror("measure");
        return 70;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    out = fopen(argv[1], "a");
    if (!out) {
        perror(argv[1]);
        return 73;
    }
    fprintf(out, "%.4f %.4f %ld\n",
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
        seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
