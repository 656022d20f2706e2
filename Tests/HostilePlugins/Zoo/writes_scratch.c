/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>

PLUGIN("writes a file of its own, and writes it again")
{
    char path[4096];
    int round;

    devemu_attach(host);
    snprintf(path, sizeof(path), "%s/own", getenv("TMPDIR"));
    for (round = 0; round < 2; round++) {
        FILE *file = fopen(path, "w");

        CHECK(file);
        CHECK(fputs("text", file) >= 0);
        CHECK(fclose(file) == 0);
    }
    return 0;
}
