/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

extern int nobody_defines_this(void);
static int answer(void) { return nobody_defines_this(); }
static int (*resolve(void))(void)
{
    const char *said = "plugin code ran\n";

    if (write(2, said, 16) != 16)
        _exit(0);
    return answer;
}
int chosen(void) __attribute__((ifunc("resolve")));

PLUGIN("has code that the dynamic loader runs before it misses a symbol")
{
    devemu_attach(host);
    return chosen();
}
