/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "refusals.h"
#include <fcntl.h>
#include <sys/mman.h>

PLUGIN("takes memory that is mapped nowhere")
{
    devemu_attach(host);
    REFUSED(memfd_create("memory", 0));
    REFUSED(syscall(447, 0)); /* memfd_secret() */
    REFUSED(syscall(SYS_shmget, 0, 1 << 30, 0600));
    CHECK(open("/dev/shm/devemu-zoo", O_RDWR | O_CREAT, 0600) < 0);
    CHECK(open("/dev/shm", O_TMPFILE | O_RDWR, 0600) < 0);
    return 0;
}
