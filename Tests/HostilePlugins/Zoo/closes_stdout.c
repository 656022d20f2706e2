/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <unistd.h>

PLUGIN("closes its standard output and prints on")
{
    devemu_attach(host);
    close(1);
    printf("nobody reads this\n");
    return 0;
}
