#define _GNU_SOURCE
#include "sealed_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SEALS = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL, PORTION = 1 << 18 };

static int give_up(int descriptor, void *portion, int error) {
    free(portion);
    close(descriptor);
    errno = error;
    return -1;
}

int devemu_sealed_copy(int source, off_t size, const char *name) {
    int low = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (low < 0) return -1;
    int copy = fcntl(low, F_DUPFD_CLOEXEC, DEVEMU_SEALED_FIRST);
    // A low limit forbids the number.
    if (copy < 0) copy = fcntl(low, F_DUPFD_CLOEXEC, DEVEMU_SEALED_LOWEST);
    if (copy < 0) return give_up(low, NULL, errno);
    close(low);
    char *portion = malloc(PORTION);
    if (portion == NULL) return give_up(copy, portion, ENOMEM);
    off_t done = 0;
    while (1) {
        ssize_t count = pread(source, portion, PORTION, done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return give_up(copy, portion, errno);
        if (count == 0) break;
        if (count > size - done) return give_up(copy, portion, ESTALE);
        for (ssize_t written = 0; written < count;) {
            ssize_t part = write(copy, portion + written, (size_t)(count - written));
            if (part < 0 && errno != EINTR) return give_up(copy, portion, errno);
            if (part > 0) written += part;
        }
        done += count;
    }
    if (done < size) return give_up(copy, portion, ESTALE);
    if (fcntl(copy, F_ADD_SEALS, SEALS) != 0) return give_up(copy, portion, errno);
    free(portion);
    return copy;
}

bool devemu_is_sealed(int descriptor) {
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & SEALS) == SEALS;
}
