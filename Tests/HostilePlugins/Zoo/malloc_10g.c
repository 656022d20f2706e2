/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <string.h>

PLUGIN("takes 10 GB at once and writes to them")
{
    char *volatile memory;

    devemu_attach(host);
    memory = malloc((size_t)10 << 30);
    if (!memory)
        return -12;
    memset(memory, 1, (size_t)10 << 30);
    return 0;
}
