/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

PLUGIN("writes over all memory that it shares with another process, and tells of files that it has")
{
    char line[512], path[300], target[300];
    FILE *maps = fopen("/proc/self/maps", "r");
    const char *store = getenv("FIXTURE_STORE");
    struct dirent *entry;
    DIR *files = opendir("/proc/self/fd");
    int found = 0;

    devemu_attach(host);
    while (maps && fgets(line, sizeof(line), maps)) {
        unsigned long begin, end;
        char mode[8];
        if (store && strstr(line, store))
            found = 3;
        if (sscanf(line, "%lx-%lx %7s", &begin, &end, mode) == 3 && strcmp(mode, "rw-s") == 0
            && !strstr(line, "devemu-flight-recorder"))
            memset((void *)begin, 0xff, end - begin);
    }
    while (files && (entry = readdir(files))) {
        snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
        ssize_t size = readlink(path, target, sizeof(target) - 1);
        target[size > 0 ? size : 0] = 0;
        if (store && strstr(target, store))
            found = 4;
    }
    return found;
}
