/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <string.h>

PLUGIN("logs a megabyte in a line, bytes that are no UTF-8, and 5000 lines")
{
    char *line = malloc(1 << 20);
    int i;

    devemu_attach(host);
    memset(line, 'x', 1 << 20);
    line[(1 << 20) - 1] = 0;
    devemu_log(DEVEMU_LOG_INFO, line);
    devemu_log(DEVEMU_LOG_INFO, "\xff\xfe \033[31m red");
    for (i = 0; i < 5000; i++)
        devemu_log((enum devemu_log_level)(1000 + i), line);
    free(line);
    return 0;
}
