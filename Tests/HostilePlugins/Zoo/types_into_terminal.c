/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include <fcntl.h>
#include <linux/tiocl.h>
#include <sys/ioctl.h>

/* A pipe takes the place of the terminal: without a filter it would be told that it is none. */
PLUGIN("types a command into the terminal")
{
    int ends[2], number = 1;
    char key = '\n';

    devemu_attach(host);
    CHECK(open("/dev/tty", O_WRONLY) < 0);
    CHECK(open("/dev/full", O_WRONLY) < 0);
    CHECK(pipe(ends) == 0);
    REFUSED(ioctl(ends[0], TIOCSTI, &key));
    REFUSED(ioctl(ends[0], TIOCLINUX, &key));
    REFUSED(ioctl(ends[0], TIOCSCTTY, 0));
    REFUSED(ioctl(ends[0], TIOCNOTTY, 0));
    REFUSED(ioctl(ends[0], TIOCSETD, &number));
    REFUSED(ioctl(ends[0], TIOCSPGRP, &number));
    REFUSED(ioctl(ends[0], 0x100000000 | TIOCSTI, &key));
    return 0;
}
