/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

__attribute__((constructor)) static void fail(void)
{
    send_failure(70, "forged");
    _exit(0);
}

PLUGIN("says in devemu's name, while it is loaded, that devemu has a bug")
{
    devemu_attach(host);
    return 0;
}
