/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A frame is length, kind, checksum (FNV-1a of kind and payload) and payload: anybody can make one. */
static void send_frame(unsigned char kind, const char *payload)
{
    static unsigned char frame[4096];
    uint32_t size = (uint32_t)strlen(payload), sum = (0x811c9dc5u ^ kind) * 0x01000193u;
    int file;

    for (const char *byte = payload; *byte; byte++)
        sum = (sum ^ (unsigned char)*byte) * 0x01000193u;
    memcpy(frame, &size, 4);
    frame[4] = kind;
    memcpy(frame + 5, &sum, 4);
    memcpy(frame + 9, payload, size);
    for (file = 3; file < 1024; file++)
        if (write(file, frame, 9 + size) < 0)
            continue;
}

PLUGIN("writes a result of its own making where it finds a place for it, and leaves")
{
    devemu_attach(host);
    send_frame(3, "{\"schema\": \"devemu.run/1\", \"seed\": 1e400, \"areas\": [[[[[[[[[[]]]]]]]]]]}");
    _exit(0);
}
