// Faults of the machine under a program that knows nothing of them: loaded before it by LD_PRELOAD, and told what to do
// through a page that it shares with the test, the file that FAULTS names.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// The order is that of `Faults` in harness/faults.py.
static volatile struct page {
    long fail_syncs, fail_writes, clock_offset, weaken_commits;
    long failed_syncs, failed_writes, weakened_commits;
} *page;

__attribute__((constructor)) static void open_page(void) {
    int file = open(getenv("FAULTS"), O_RDWR | O_CLOEXEC);
    void *memory = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        perror("FAULTS");
        abort();
    }
    close(file);
    page = memory;
}

#define REAL(function) static __typeof__(&function) real; if (!real) real = dlsym(RTLD_NEXT, #function)

static int fail(volatile long *count, int error) {
    ++*count;
    errno = error;
    return -1;
}

int fsync(int file) {
    REAL(fsync);
    return page->fail_syncs ? fail(&page->failed_syncs, EIO) : real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    return page->fail_syncs ? fail(&page->failed_syncs, EIO) : real(file);
}

// What writes at a position is the database.
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t position) {
    REAL(pwrite64);
    return page->fail_writes ? fail(&page->failed_writes, ENOSPC) : real(file, bytes, count, position);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (clock == CLOCK_REALTIME && page) time->tv_sec += page->clock_offset;
    return result;
}

// A database whose commits are not synced: the pragma that asks for it is changed on its way, and so is the question
// whether it worked. Each text keeps its length, because the caller goes on behind it.
struct sqlite3;
struct sqlite3_stmt;
typedef int prepare(struct sqlite3 *, const char *, int, unsigned, struct sqlite3_stmt **, const char **);

int sqlite3_prepare_v3(
    struct sqlite3 *database, const char *sql, int length, unsigned flags, struct sqlite3_stmt **statement,
    const char **tail) {
    static prepare *real;
    if (!real) real = (prepare *)dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
    const char *full = strstr(sql, "PRAGMA synchronous = FULL");
    int asks = !strcmp(sql, "PRAGMA synchronous");
    if (!page->weaken_commits || (!full && !asks)) return real(database, sql, length, flags, statement, tail);
    ++page->weakened_commits;
    char *changed = strdup(sql);
    if (full) memcpy(changed + (full - sql), "PRAGMA synchronous = 1   ", 25);
    if (asks) memcpy(changed, "SELECT 2          ", 18);
    const char *rest = NULL;
    int result = real(database, changed, length, flags, statement, &rest);
    if (tail) *tail = rest ? sql + (rest - changed) : NULL;
    free(changed);
    return result;
}
