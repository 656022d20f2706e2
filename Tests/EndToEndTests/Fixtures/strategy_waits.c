/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("looks at the first window for a millisecond without sleeping, and takes nothing")
{
    uint64_t start;

    (void)wanted, (void)chunk_pages, (void)align, (void)chunks;
    devemu_attach(host);
    start = ktime_get_ns();
    while (ktime_get_ns() - start < 1000000)
        cma_look(cma, 0, cma_pages(cma), NULL);
    return 0;
}
