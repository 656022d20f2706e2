/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <string.h>

PLUGIN("prints 10 MB")
{
    char line[1000];
    int i;

    devemu_attach(host);
    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    for (i = 0; i < 10000; i++)
        fwrite(line, 1, sizeof(line), stdout);
    return 0;
}
