/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <stdlib.h>

PLUGIN("makes a file system read-only")
{
    const char *folder = getenv("TMPDIR");
    unsigned long attributes[4] = {1, 0, 0, 0};

    devemu_attach(host);
    REFUSED(mount("none", folder, "tmpfs", 0, NULL));
    REFUSED(umount2(folder, 0));
    REFUSED(syscall(442, AT_FDCWD, folder, 0, attributes, sizeof(attributes))); /* mount_setattr() */
    ABSENT(syscall(467, AT_FDCWD, folder, 0, attributes, sizeof(attributes)));  /* open_tree_attr() */
    REFUSED(syscall(428, AT_FDCWD, folder, 0));                                 /* open_tree() */
    REFUSED(syscall(430, "tmpfs", 0));                                          /* fsopen() */
    REFUSED(syscall(433, AT_FDCWD, folder, 0));                                 /* fspick() */
    REFUSED(syscall(443, 0, 0, 0, 0));                                          /* quotactl_fd() */
    REFUSED(chroot(folder));
    return 0;
}
