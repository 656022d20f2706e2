/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

__attribute__((constructor)) static void early(void)
{
    exit(0);
}

PLUGIN("leaves while it is loaded")
{
    return devemu_attach(host);
}
