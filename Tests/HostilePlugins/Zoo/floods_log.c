/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

PLUGIN("sends one line of 20 MiB")
{
    uint32_t size = 20u << 20;
    char *text = malloc(size);

    devemu_attach(host);
    memset(text, 'x', size);
    send_frame(FRAME_LOG, text, size);
    return 0;
}
