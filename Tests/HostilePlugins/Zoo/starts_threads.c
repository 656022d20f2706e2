/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "fixture.h"
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 20000, STACK = 4096 };

static char stacks[THREADS][STACK];

static int sleeps(void *unused)
{
    (void)unused;
    for (;;)
        syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
    return 0;
}

/* Ends at 20 000 by itself, for machines on which nothing stops it, and waits there. */
PLUGIN("starts threads without a library")
{
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    int started = 0;

    devemu_attach(host);
    while (started < THREADS && clone(sleeps, stacks[started] + STACK, flags, NULL) > 0)
        started++;
    sleep(60);
    return started;
}
