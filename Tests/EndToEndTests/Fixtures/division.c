/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <signal.h>

PLUGIN("divides by zero")
{
    volatile int zero = 0;

    devemu_attach(host);
#if !defined(__x86_64__)
    raise(SIGFPE); /* where the processor does not trap */
#endif
    return (int32_t)host->abi / zero;
}
