/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "refusals.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>

PLUGIN("keeps others from a file, or watches them use it")
{
    const char *path = getenv("FIXTURE_BINARY");
    struct flock whole = {.l_type = F_RDLCK};
    int file;

    devemu_attach(host);
    CHECK(path);
    file = open(path, O_RDONLY);
    CHECK(file >= 0);
    REFUSED(fcntl(file, F_SETLEASE, F_RDLCK));
    REFUSED(fcntl(file, F_NOTIFY, DN_MODIFY));
    REFUSED(fcntl(file, F_SETLK, &whole));
    REFUSED(fcntl(file, F_SETLKW, &whole));
    REFUSED(fcntl(file, F_OFD_SETLK, &whole));
    REFUSED(flock(file, LOCK_SH));
    REFUSED(inotify_init());
    REFUSED(inotify_init1(0));
    REFUSED(fanotify_init(0, 0));
    return 0;
}
