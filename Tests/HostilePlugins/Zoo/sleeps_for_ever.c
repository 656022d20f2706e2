/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("lets as much emulated time pass as fits in the clock")
{
    int i;

    devemu_attach(host);
    for (i = 0; i < 4; i++)
        host->sleep_ns(host->context, UINT64_MAX);
    return 0;
}
