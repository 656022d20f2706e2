/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

PLUGIN("enters a part of the run with a name of 20 MiB")
{
    uint32_t size = 20u << 20;
    char *text = malloc(size);

    devemu_attach(host);
    memset(text, 'x', size);
    send_frame(FRAME_PHASE, text, size);
    return 0;
}
