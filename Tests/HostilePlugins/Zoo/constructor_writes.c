/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int reached;

__attribute__((constructor)) static void early(void)
{
    const char *path = getenv("FIXTURE_OUTSIDE");
    int file = path ? open(path, O_CREAT | O_WRONLY, 0600) : -1;

    reached = file >= 0;
    if (file >= 0)
        close(file);
}

PLUGIN("writes where FIXTURE_OUTSIDE says before anybody called it")
{
    devemu_attach(host);
    return reached;
}
