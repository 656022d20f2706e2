/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>
#include <unistd.h>

PLUGIN("kills its own process, as nothing but the system or a user should")
{
    devemu_attach(host);
    kill(getpid(), SIGKILL);
    return 0;
}
