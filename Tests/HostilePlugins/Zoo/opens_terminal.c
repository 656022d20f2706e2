/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <errno.h>
#include <fcntl.h>

PLUGIN("opens the terminal that devemu was started from")
{
    devemu_attach(host);
    /* A process without a controlling terminal gets ENXIO, or is refused before that. */
    return open("/dev/tty", O_RDONLY | O_NOCTTY) >= 0 ? 3 : errno == ENXIO || errno == EACCES ? 0 : errno;
}
