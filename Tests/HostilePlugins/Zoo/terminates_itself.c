/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>
#include <unistd.h>

PLUGIN("sends SIGTERM to its own process")
{
    devemu_attach(host);
    kill(getpid(), SIGTERM);
    return 0;
}
