/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <unistd.h>

PLUGIN("closes every file descriptor, the host's too")
{
    int i;

    devemu_attach(host);
    for (i = 0; i < 1024; i++)
        close(i);
    return 0;
}
