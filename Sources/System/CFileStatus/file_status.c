#define _GNU_SOURCE
#include "file_status.h"

#include <sys/stat.h>

static int told(int result, const struct stat *found, struct msgctl_file_status *status) {
    if (result != 0) return result;
    status->device = (uint64_t)found->st_dev;
    status->number = (uint64_t)found->st_ino;
    status->size = (int64_t)found->st_size;
#ifdef __APPLE__
    const struct timespec written = found->st_mtimespec, changed = found->st_ctimespec;
#else
    const struct timespec written = found->st_mtim, changed = found->st_ctim;
#endif
    status->written_seconds = written.tv_sec;
    status->written_nanoseconds = written.tv_nsec;
    status->changed_seconds = changed.tv_sec;
    status->changed_nanoseconds = changed.tv_nsec;
    status->mode = (uint32_t)found->st_mode & 07777;
    status->owner = (uint32_t)found->st_uid;
    status->group = (uint32_t)found->st_gid;
    status->is_regular = S_ISREG(found->st_mode);
    status->is_directory = S_ISDIR(found->st_mode);
    return 0;
}

int msgctl_status_of_path(const char *path, struct msgctl_file_status *status) {
    struct stat found;
    return told(stat(path, &found), &found, status);
}

int msgctl_status_of_link(const char *path, struct msgctl_file_status *status) {
    struct stat found;
    return told(lstat(path, &found), &found, status);
}

int msgctl_status_of_descriptor(int descriptor, struct msgctl_file_status *status) {
    struct stat found;
    return told(fstat(descriptor, &found), &found, status);
}
