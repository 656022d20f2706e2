/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

PLUGIN("leaves by exit(0)")
{
    devemu_attach(host);
    exit(0);
}
