/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("calls the host without a context")
{
    devemu_attach(host);
    (void)host->ktime_get_ns(NULL);
    return 0;
}
