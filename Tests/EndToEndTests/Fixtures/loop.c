/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

PLUGIN("never returns; writes its process id to FIXTURE_MARKER first")
{
    const char *marker = getenv("FIXTURE_MARKER");
    FILE *file = marker ? fopen(marker, "w") : NULL;

    devemu_attach(host);
    if (file) {
        fprintf(file, "%d\n", (int)getpid());
        fclose(file);
    }
    for (;;)
        __asm__ volatile("");
}
