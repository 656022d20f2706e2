/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <unistd.h>

PLUGIN("writes rubbish to every file descriptor it finds")
{
    int i;

    devemu_attach(host);
    for (i = 3; i < 1024; i++)
        if (write(i, "this is no frame at all", 23) < 0)
            continue;
    return 0;
}
