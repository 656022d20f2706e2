/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>

PLUGIN("changes what a file has beside its contents")
{
    const char *path = getenv("FIXTURE_BINARY");
    struct fsxattr attributes = {0};
    /* A value, its size and flags: what setxattrat() takes. */
    unsigned long value[2] = {(unsigned long)"x", 1};
    int file, flags = FS_NODUMP_FL;

    devemu_attach(host);
    CHECK(path);
    file = open(path, O_RDONLY);
    CHECK(file >= 0);
    REFUSED(ioctl(file, FS_IOC_SETFLAGS, &flags));
    REFUSED(ioctl(file, FS_IOC_FSSETXATTR, &attributes));
    REFUSED(setxattr(path, "user.hostile", "x", 1, 0));
    REFUSED(fsetxattr(file, "user.hostile", "x", 1, 0));
    REFUSED(removexattr(path, "user.hostile"));
    ABSENT(syscall(463, AT_FDCWD, path, 0, "user.hostile", value, sizeof(value))); /* setxattrat() */
    ABSENT(syscall(466, AT_FDCWD, path, 0, "user.hostile"));                       /* removexattrat() */
    ABSENT(syscall(469, AT_FDCWD, path, &attributes, sizeof(attributes), 0));      /* file_setattr() */
    ABSENT(syscall(452, AT_FDCWD, path, 0777, 0));                                 /* fchmodat2() */
    REFUSED(chmod(path, 0777));
    REFUSED(fchmod(file, 0777));
    REFUSED(chown(path, 0, 0));
    REFUSED(utimensat(AT_FDCWD, path, NULL, 0));
    return 0;
}
