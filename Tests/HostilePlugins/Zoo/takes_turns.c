/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "refusals.h"
#include <sched.h>
#include <sys/resource.h>

PLUGIN("has another process run last, on one processor")
{
    int parent = getppid();
    struct sched_param none = {0};
    cpu_set_t first;
    char attributes[56] = {56};

    devemu_attach(host);
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    REFUSED(sched_setscheduler(parent, SCHED_IDLE, &none));
    REFUSED(sched_setparam(parent, &none));
    REFUSED(syscall(SYS_sched_setattr, parent, attributes, 0));
    REFUSED(sched_setaffinity(parent, sizeof(first), &first));
    REFUSED(setpriority(PRIO_PROCESS, parent, 19));
    REFUSED(syscall(SYS_ioprio_set, 1, parent, 3 << 13));
    REFUSED(syscall(SYS_migrate_pages, parent, 0, 0, 0));
    REFUSED(syscall(SYS_process_madvise, 0, 0, 0, 0, 0));
    CHECK(sched_getaffinity(0, sizeof(first), &first) == 0);
    return 0;
}
