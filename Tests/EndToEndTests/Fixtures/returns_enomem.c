/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("logs why, then returns -ENOMEM")
{
    devemu_attach(host);
    devemu_log(DEVEMU_LOG_ERROR, "no memory for the queue");
    return -12;
}
