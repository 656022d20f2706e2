/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <string.h>

/* Ends at 16 GiB by itself, for machines on which nothing stops it. */
PLUGIN("takes a little more memory again and again")
{
    size_t eaten;

    devemu_attach(host);
    for (eaten = 0; eaten < (size_t)16 << 30; eaten += 1 << 20) {
        memset(malloc(1 << 20), 1, 1 << 20);
        usleep_range(10, 10);
    }
    return 0;
}
