/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>

PLUGIN("prints on both streams, escapes and half a line included")
{
    devemu_attach(host);
    printf("{\"schema\": \"of the plugin\"}\n");
    fprintf(stderr, "to \033[2Jstderr");
    return 0;
}
