/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

PLUGIN("cuts off the memory that its supervisor reads, where it may open it")
{
    char line[512], range[64], path[128];
    FILE *maps = fopen("/proc/self/maps", "r");

    devemu_attach(host);
    while (maps && fgets(line, sizeof(line), maps)) {
        if (!strstr(line, "devemu-flight-recorder") || sscanf(line, "%63s", range) != 1)
            continue;
        snprintf(path, sizeof(path), "/proc/self/map_files/%s", range);
        int file = open(path, O_RDWR);
        if (file >= 0 && ftruncate(file, 0) == 0)
            return 3;
    }
    return 0;
}
