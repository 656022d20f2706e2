/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

PLUGIN("logs a line, then aborts")
{
    devemu_attach(host);
    devemu_log(DEVEMU_LOG_INFO, "about to \033[31mabort");
    abort();
}
