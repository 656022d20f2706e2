/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>
#include <unistd.h>

PLUGIN("ends the process that started it")
{
    devemu_attach(host);
    return kill(getppid(), SIGKILL) == 0;
}
