/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

__attribute__((constructor)) static void early(void)
{
    *(volatile int *)0 = 1;
}

PLUGIN("crashes while it is loaded")
{
    return devemu_attach(host);
}
