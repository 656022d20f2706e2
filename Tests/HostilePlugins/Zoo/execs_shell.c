/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <unistd.h>

/* A shell that came up would end the worker with its own status. */
PLUGIN("becomes a shell")
{
    devemu_attach(host);
    execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
    return 0;
}
