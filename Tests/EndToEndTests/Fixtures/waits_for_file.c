/* SPDX-License-Identifier: Apache-2.0
 * Built with -DGO="path". */
#include "fixture.h"

#include <unistd.h>

PLUGIN("waits until a file is there, in real time")
{
    devemu_attach(host);
    while (access(GO, F_OK) != 0)
        usleep(1000);
    return 0;
}
