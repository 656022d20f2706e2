/* SPDX-License-Identifier: Apache-2.0
 *
 * drop_capabilities.h - the system calls of capabilities(7), which glibc has no functions for.
 */
#ifndef DEVEMU_DROP_CAPABILITIES_H
#define DEVEMU_DROP_CAPABILITIES_H

/* Gives up every capability of the calling thread for good: the permitted, effective, inheritable and ambient
 * sets are empty afterwards, the bounding set too where the thread may change it, and neither user 0 nor a
 * program with file capabilities gets one back. The user stays the same. 0, or -1 with errno set when a
 * capability is left. Follows capset(2) and prctl(2). */
int devemu_drop_capabilities(void);

#endif
