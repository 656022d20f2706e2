/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("promises an entry that only it can see"))

__attribute__((used, visibility("hidden"))) int32_t run(const struct devemu_host *host)
{
    return devemu_attach(host);
}
