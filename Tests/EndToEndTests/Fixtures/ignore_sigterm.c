/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>
#include <unistd.h>

PLUGIN("ignores SIGTERM and never returns")
{
    devemu_attach(host);
    signal(SIGTERM, SIG_IGN);
    for (;;)
        pause();
}
