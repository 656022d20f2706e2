/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "refusals.h"
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The number of a line of /proc/self/status that begins with the name. */
static unsigned long capabilities(const char *name)
{
    FILE *status = fopen("/proc/self/status", "r");
    unsigned long set = ~0ul;
    char line[256];

    while (status && fgets(line, sizeof(line), status))
        if (!strncmp(line, name, strlen(name)))
            sscanf(line + strlen(name), "%lx", &set);
    if (status)
        fclose(status);
    return set;
}

/* A change of user would clear the signal that ends a worker with its parent. */
PLUGIN("becomes another user, or more than it is")
{
    unsigned int header[2] = {0x20080522, 0}, sets[6] = {1, 1, 1, 0, 0, 0};

    devemu_attach(host);
    CHECK(capabilities("CapEff:") == 0);
    CHECK(capabilities("CapPrm:") == 0);
    CHECK(capabilities("CapInh:") == 0);
    CHECK(capabilities("CapAmb:") == 0);
    CHECK(capabilities("NoNewPrivs:") == 1);
    REFUSED(syscall(SYS_setuid, 65534));
    REFUSED(syscall(SYS_setgid, 65534));
    REFUSED(syscall(SYS_setresuid, -1, 65534, -1));
    REFUSED(syscall(SYS_setresgid, -1, 65534, -1));
    REFUSED(syscall(SYS_setfsuid, 65534));
    REFUSED(syscall(SYS_setgroups, 0, NULL));
    REFUSED(syscall(SYS_capset, header, sets));
    REFUSED(syscall(SYS_personality, 0));
    REFUSED(syscall(SYS_keyctl, 0, 0));
    REFUSED(prctl(PR_SET_PDEATHSIG, 0));
    REFUSED(prctl(PR_SET_DUMPABLE, 0));
    REFUSED(prctl(PR_SET_CHILD_SUBREAPER, 1));
    return 0;
}
