/* SPDX-License-Identifier: Apache-2.0
 * What the plugins have in common that try calls which must be refused. */
#ifndef REFUSALS_H
#define REFUSALS_H

#include "fixture.h"
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Ends the run with the line's number when a call is not refused with EPERM. */
#define REFUSED(call)                                                                              \
    do {                                                                                           \
        errno = 0;                                                                                 \
        if ((long)(call) != -1 || errno != EPERM) {                                                \
            devemu_log(DEVEMU_LOG_ERROR, "not refused: " #call);                                   \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (0)

/* The same for a call that a plugin's process does not have. */
#define ABSENT(call)                                                                               \
    do {                                                                                           \
        errno = 0;                                                                                 \
        if ((long)(call) != -1 || errno != ENOSYS) {                                               \
            devemu_log(DEVEMU_LOG_ERROR, "not absent: " #call);                                    \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (0)

#endif
