/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

PLUGIN("sends traces that were not asked for, 30 of 60 MiB")
{
    uint32_t size = 60u << 20;
    char *text = malloc(size);

    devemu_attach(host);
    memset(text, 'x', size);
    for (int count = 0; count < 30; count++)
        send_frame(FRAME_KERNEL_TRACE, text, size);
    return 0;
}
