/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

PLUGIN("fills its scratch folder with files, and waits")
{
    char name[32];

    devemu_attach(host);
    if (chdir(getenv("TMPDIR")) != 0)
        return 3;
    for (int number = 0; number < 20000; number++) {
        snprintf(name, sizeof(name), "%d", number);
        close(open(name, O_CREAT | O_WRONLY, 0600));
    }
    for (;;)
        pause();
}
