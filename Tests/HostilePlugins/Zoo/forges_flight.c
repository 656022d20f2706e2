/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the host keeps for its report of a crash lies in the plugin's own process. */
PLUGIN("writes rubbish over every piece of shared memory that it finds, and dies")
{
    char line[512];
    FILE *maps;

    devemu_attach(host);
    maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof(line), maps)) {
        unsigned long start, end;

        if (strstr(line, "memfd:") && !strstr(line, "devemu-plugin") && sscanf(line, "%lx-%lx rw", &start, &end) == 2)
            memset((void *)start, 0xff, end - start);
    }
    _exit(0);
}
