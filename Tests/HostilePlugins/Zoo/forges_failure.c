/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include "frames.h"

PLUGIN("says in devemu's name that devemu has a bug")
{
    devemu_attach(host);
    send_failure(getenv("FIXTURE_CODE") ? atoi(getenv("FIXTURE_CODE")) : 70, "forged");
    _exit(0);
}
