/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <unistd.h>

PLUGIN("leaves its process group and never returns")
{
    devemu_attach(host);
    setsid();
    setpgid(0, getpgid(getppid()));
    for (;;)
        __asm__ volatile("");
}
