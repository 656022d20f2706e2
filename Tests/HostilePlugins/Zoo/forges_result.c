/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"
#include <fcntl.h>

PLUGIN("sends the result that FIXTURE_RESULT names, and leaves")
{
    static char text[1 << 20];
    const char *path = getenv("FIXTURE_RESULT");
    int file = path ? open(path, O_RDONLY) : -1;
    ssize_t size = file < 0 ? 0 : read(file, text, sizeof(text));

    devemu_attach(host);
    if (file >= 0)
        close(file);
    send_frame(FRAME_RESULT, text, size > 0 ? (uint32_t)size : 0);
    _exit(0);
}
