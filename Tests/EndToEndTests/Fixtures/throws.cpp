/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("lets a C++ exception out of its entry point")
{
    devemu_attach(host);
    throw 42;
}
