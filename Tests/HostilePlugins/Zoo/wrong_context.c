/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("calls the host with a context of its own making")
{
    char mine[256] = {0};

    devemu_attach(host);
    (void)host->ktime_get_ns(mine);
    return 0;
}
