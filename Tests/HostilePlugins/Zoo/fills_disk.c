/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One byte at its end makes a file as long; nothing of the disk is taken. */
PLUGIN("makes a file of 10 GB in the folder for its own files")
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int file;

    devemu_attach(host);
    snprintf(path, sizeof(path), "%s/large", folder ? folder : ".");
    file = open(path, O_CREAT | O_RDWR, 0600);
    if (file < 0)
        return 2;
    unlink(path);
    return pwrite(file, "x", 1, (off_t)10 << 30) == 1;
}
