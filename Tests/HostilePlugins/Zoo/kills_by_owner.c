/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "refusals.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/sockios.h>

PLUGIN("has the kernel kill the process that started it, for a byte in a pipe")
{
    int ends[2], parent = getppid();
    struct f_owner_ex owner = {F_OWNER_PID, parent};

    devemu_attach(host);
    CHECK(pipe(ends) == 0);
    REFUSED(fcntl(ends[0], F_SETOWN, parent));
    REFUSED(fcntl(ends[0], F_SETOWN_EX, &owner));
    REFUSED(fcntl(ends[0], F_SETSIG, SIGKILL));
    REFUSED(fcntl(ends[0], F_SETFL, O_ASYNC));
    REFUSED(ioctl(ends[0], FIOSETOWN, &parent));
    REFUSED(ioctl(ends[0], SIOCSPGRP, &parent));
    REFUSED(ioctl(ends[0], FIOASYNC, &parent));
    REFUSED(kill(parent, SIGKILL));
    REFUSED(syscall(SYS_tgkill, parent, parent, SIGKILL));
    REFUSED(syscall(SYS_tkill, parent, SIGKILL));
    REFUSED(syscall(SYS_pidfd_open, parent, 0));
    REFUSED(syscall(SYS_pidfd_send_signal, 0, SIGKILL, 0, 0));
    REFUSED(syscall(SYS_rt_sigqueueinfo, parent, SIGKILL, 0));
    CHECK(write(ends[1], "x", 1) == 1);
    return 0;
}
