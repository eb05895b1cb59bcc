#ifdef __linux__
#include <stdio.h>
#include <unistd.h>

// libmongoc keeps counters in a file of shared memory that is named by the process' number, and makes it while it is
// loaded. A process that is killed leaves its file behind, and a later one of the same number would write a warning to
// standard error before it does anything: cron mails that, and it breaks what reads the stream. A file of one's own
// number that is there before the library is loaded is nobody's.
static void remove_left_counters(void) {
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/mongoc-%u", (unsigned)getpid());
    unlink(path);
}

// The only functions that run before those of shared libraries.
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = remove_left_counters;
#endif
