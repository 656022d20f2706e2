/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

__attribute__((destructor)) static void late(void)
{
    *(volatile int *)0 = 1;
}

PLUGIN("crashes when the process ends")
{
    return devemu_attach(host);
}
