/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

PLUGIN("goes back to a phase in which its code had not run, and fails there")
{
    devemu_attach(host);
    send_frame(FRAME_PHASE, "inspect", 7);
    send_failure(69, "forged");
    _exit(0);
}
