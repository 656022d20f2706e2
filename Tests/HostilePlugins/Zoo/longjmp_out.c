/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <setjmp.h>

static jmp_buf gone;

/* Its frame is over when the entry point jumps back into it. */
static __attribute__((noinline)) int prepare(void) { return setjmp(gone); }

PLUGIN("jumps into a function that has returned")
{
    volatile char ground[8192];

    devemu_attach(host);
    if (prepare() == 0) {
        for (unsigned int i = 0; i < sizeof(ground); i++)
            ground[i] = (char)i;
        longjmp(gone, 1);
    }
    return ground[1] != 1;
}
