/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

PLUGIN("leaves folders that cannot be read, 200 deep, with names as long as they can be")
{
    char name[201];

    devemu_attach(host);
    memset(name, 'd', 200);
    name[200] = 0;
    if (chdir(getenv("TMPDIR")) != 0 || mkdir("closed", 0300) != 0 || mkdir("closed/in", 0700) != 0)
        return 3;
    for (int depth = 0; depth < 200; depth++)
        if (mkdir(name, 0700) != 0 || chdir(name) != 0)
            return 4;
    return 0;
}
