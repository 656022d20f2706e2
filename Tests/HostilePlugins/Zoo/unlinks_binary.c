/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <unistd.h>

/* FIXTURE_BINARY stands for the program it was started from. */
PLUGIN("removes the directory entry of the program")
{
    const char *path = getenv("FIXTURE_BINARY");

    devemu_attach(host);
    if (!path)
        return 2;
    return unlink(path) == 0;
}
