/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

PLUGIN("leaves by exit(3)")
{
    devemu_attach(host);
    exit(3);
}
