/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

PLUGIN("writes a file where FIXTURE_OUTSIDE says")
{
    const char *path = getenv("FIXTURE_OUTSIDE");
    int file;

    devemu_attach(host);
    if (!path)
        return 2;
    file = open(path, O_CREAT | O_WRONLY, 0600);
    return file >= 0 && write(file, "x", 1) == 1;
}
