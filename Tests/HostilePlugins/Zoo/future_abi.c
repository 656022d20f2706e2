/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE_ABI("7", "9", FIXTURE_TEXT("needs a host that is not written yet"))

DEVEMU_EXPORT int32_t run(const struct devemu_host *host) { return devemu_attach(host); }
