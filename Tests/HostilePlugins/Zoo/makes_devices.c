/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

PLUGIN("makes a node of a block device in its own folder")
{
    char path[4096];

    devemu_attach(host);
    snprintf(path, sizeof(path), "%s/node", getenv("TMPDIR"));
    REFUSED(mknod(path, S_IFBLK | 0600, makedev(7, 0)));
    REFUSED(mknod(path, S_IFCHR | 0600, makedev(1, 11)));
    REFUSED(mkfifo(path, 0600));
    CHECK(open("/dev/kmsg", O_WRONLY) < 0);
    return 0;
}
