/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static int deeper(volatile char *above)
{
    volatile char frame[4096];

    frame[0] = above[0];
    return deeper(frame) + frame[0];
}

PLUGIN("recurses without end")
{
    volatile char top = 0;

    devemu_attach(host);
    return deeper(&top);
}
