/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("writes to address 0")
{
    (void)cma, (void)wanted, (void)chunk_pages, (void)align, (void)chunks;
    devemu_attach(host);
    *(volatile int *)0 = 1;
    return 0;
}
