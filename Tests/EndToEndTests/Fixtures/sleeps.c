/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("sleeps to the end of time and beyond")
{
    int i;

    devemu_attach(host);
    usleep_range(1000, 2000);
    CHECK(ktime_get_ns() == 1000000);
    for (i = 0; i < 3; i++)
        host->sleep_ns(host->context, ~0ull);
    CHECK(ktime_get_ns() == ~0ull);
    return 0;
}
