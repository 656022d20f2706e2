/* SPDX-License-Identifier: Apache-2.0
 *
 * frames.h - frames as a worker sends them, for plugins that play the worker. A frame is payload length, kind,
 * checksum (FNV-1a of kind and payload) and payload.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_PHASE = 1, FRAME_LOG, FRAME_RESULT, FRAME_FAILURE, FRAME_TRACE, FRAME_KERNEL_TRACE, FRAME_STATE };

/* Writes a frame to every descriptor that takes it: the channel is among them. */
static inline void send_frame(unsigned char kind, const void *payload, uint32_t size)
{
    const unsigned char *bytes = payload;
    unsigned char *frame = malloc(9 + (size_t)size);
    uint32_t sum = (0x811c9dc5u ^ kind) * 0x01000193u;

    for (uint32_t index = 0; index < size; index++)
        sum = (sum ^ bytes[index]) * 0x01000193u;
    memcpy(frame, &size, 4);
    frame[4] = kind;
    memcpy(frame + 5, &sum, 4);
    memcpy(frame + 9, payload, size);
    for (int file = 3; file < 1024; file++) {
        size_t done = 0;
        while (done < 9 + (size_t)size) {
            ssize_t count = write(file, frame + done, 9 + (size_t)size - done);
            if (count <= 0)
                break;
            done += (size_t)count;
        }
    }
    free(frame);
}

/* A failure with an exit code of devemu. */
static inline void send_failure(int32_t code, const char *text)
{
    char payload[256];

    memcpy(payload, &code, 4);
    strncpy(payload + 4, text, sizeof(payload) - 5);
    payload[255] = 0;
    send_frame(FRAME_FAILURE, payload, 4 + (uint32_t)strlen(payload + 4));
}
