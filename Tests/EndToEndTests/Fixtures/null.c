/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("writes through NULL")
{
    *(volatile int *)0 = 1;
    return devemu_attach(host);
}
