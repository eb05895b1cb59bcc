#ifndef MSGCTL_FILE_STATUS_H
#define MSGCTL_FILE_STATUS_H

#include <stdint.h>

/* What stat(2) tells, in a type that is this module's own. Which of the modules that include <sys/stat.h> Swift takes for
   the owner of `struct stat` depends on what a build has loaded before. */
struct msgctl_file_status {
    uint64_t device, number;
    int64_t size;
    int64_t written_seconds, written_nanoseconds;
    int64_t changed_seconds, changed_nanoseconds;
    uint32_t mode, owner, group;
    int is_regular, is_directory;
};

/* 0, or -1 with the reason in errno, as the calls of the system. */
int msgctl_status_of_path(const char *path, struct msgctl_file_status *status);
int msgctl_status_of_link(const char *path, struct msgctl_file_status *status);
int msgctl_status_of_descriptor(int descriptor, struct msgctl_file_status *status);

#endif
