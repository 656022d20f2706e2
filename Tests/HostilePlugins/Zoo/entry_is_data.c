/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("promises an entry that is a number"))

DEVEMU_EXPORT int32_t run = 1;
