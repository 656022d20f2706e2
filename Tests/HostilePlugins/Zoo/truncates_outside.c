/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include <fcntl.h>
#include <stdlib.h>

/* The test looks whether the file is as it was. */
PLUGIN("empties the file that FIXTURE_BINARY names")
{
    const char *path = getenv("FIXTURE_BINARY");
    static const int flags[] = {O_RDONLY | O_TRUNC, O_WRONLY | O_TRUNC, O_RDWR | O_TRUNC, O_ACCMODE | O_TRUNC,
                                O_CREAT | O_TRUNC, O_WRONLY | O_CREAT | O_TRUNC};
    /* Flags and mode of 64 bits, and a third number: what openat2() takes. */
    unsigned long how[3] = {O_TRUNC, 0, 0};
    unsigned int index;

    devemu_attach(host);
    CHECK(path);
    for (index = 0; index < sizeof(flags) / sizeof(flags[0]); index++) {
        CHECK(open(path, flags[index], 0600) < 0);
#ifdef SYS_open
        CHECK(syscall(SYS_open, path, flags[index], 0600) < 0);
#endif
        CHECK(syscall(SYS_openat, AT_FDCWD, path, 0xffffffff00000000 | (unsigned int)flags[index], 0600) < 0);
    }
    ABSENT(syscall(437, AT_FDCWD, path, how, sizeof(how)));
#ifdef SYS_creat
    CHECK(syscall(SYS_creat, path, 0600) < 0);
#endif
    REFUSED(truncate(path, 0));
    CHECK(unlink(path) < 0);
    return 0;
}
