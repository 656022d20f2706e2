/* SPDX-License-Identifier: Apache-2.0
 * To be preloaded: makes the kernel's Landlock one of revision DEVEMU_TEST_LANDLOCK, 0 for none. A ruleset with what that
 * revision does not know is refused as that revision refuses it, so that no more of it is in force. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

enum { CREATE_RULESET = 444, ASK_REVISION = 1, REVISIONS = 7 };

/* What a ruleset of each revision can have: its bytes, its rights over files, ports and scopes. */
static const struct {
    unsigned long size;
    uint64_t rights[3];
} known[REVISIONS] = {
    {0, {0, 0, 0}},      {8, {0x1fff, 0, 0}},  {8, {0x3fff, 0, 0}},  {8, {0x7fff, 0, 0}},
    {16, {0x7fff, 3, 0}}, {16, {0xffff, 3, 0}}, {24, {0xffff, 3, 3}},
};

static long refuse(int error)
{
    errno = error;
    return -1;
}

__attribute__((visibility("default"))) long syscall(long number, ...)
{
    static long (*real)(long, ...);
    const char *text = getenv("DEVEMU_TEST_LANDLOCK");
    long a[6];
    va_list more;

    va_start(more, number);
    for (int index = 0; index < 6; index++)
        a[index] = va_arg(more, long);
    va_end(more);
    if (!real)
        real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    if (number == CREATE_RULESET && text) {
        int revision = atoi(text);
        unsigned long size = (unsigned long)a[1];

        if (revision < 1 || revision >= REVISIONS)
            return refuse(EOPNOTSUPP);
        if (a[2] == ASK_REVISION)
            return revision;
        for (unsigned long word = 0; word < size / 8 && word < 3; word++) {
            uint64_t rights = ((const uint64_t *)a[0])[word];

            if (word * 8 >= known[revision].size && rights)
                return refuse(E2BIG);
            if (rights & ~known[revision].rights[word])
                return refuse(EINVAL);
        }
    }
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
