/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <unistd.h>

/* Bounded in number and in time, for machines on which nothing stops it. */
PLUGIN("starts processes that start processes")
{
    int i, started = 0;

    devemu_attach(host);
    for (i = 0; i < 6; i++) {
        pid_t child = fork();

        if (child < 0)
            continue;
        started++;
        if (child == 0)
            alarm(5);
    }
    return started;
}
