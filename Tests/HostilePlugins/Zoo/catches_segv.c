/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>
#include <string.h>

static void handler(int number) { (void)number; }

/* The instruction is tried again for ever when the handler returns. */
PLUGIN("installs handlers for SIGSEGV and SIGTERM that do nothing, and writes through NULL")
{
    struct sigaction action;

    devemu_attach(host);
    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    *(volatile int *)0 = 1;
    return 0;
}
