/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <sys/wait.h>

PLUGIN("lets a shell do its work")
{
    int status;

    devemu_attach(host);
    status = system("exit 7");
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 7;
}
