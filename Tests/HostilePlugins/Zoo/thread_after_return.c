/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <pthread.h>
#include <time.h>

static void *later(void *argument)
{
    const struct timespec nap = {0, 1000000};

    devemu_host_table = argument;
    for (;;) {
        nanosleep(&nap, NULL);
        (void)ktime_get_ns();
    }
    return NULL;
}

/* Comes back only when the thread had time to call: the calls go on after the return. */
PLUGIN("leaves a thread behind that calls the host")
{
    const struct timespec nap = {0, 50000000};
    pthread_t thread;

    devemu_attach(host);
    if (pthread_create(&thread, NULL, later, (void *)host))
        return 0;
    pthread_detach(thread);
    nanosleep(&nap, NULL);
    return 0;
}
