/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("promises an entry that it does not have"))

DEVEMU_EXPORT int32_t walk(const struct devemu_host *host) { return devemu_attach(host); }
