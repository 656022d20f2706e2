/* SPDX-License-Identifier: Apache-2.0
 *
 * confine_writing.h - the three system calls of landlock(7), which glibc has no functions for.
 */
#ifndef DEVEMU_CONFINE_WRITING_H
#define DEVEMU_CONFINE_WRITING_H

/* The revision of Landlock that the kernel speaks, 1 or more; -1 with errno set when it has none or it is
 * switched off. */
int devemu_landlock_revision(void);

/* From now on this process, its threads and children create, write, rename, truncate and remove files below
 * `folder` only (nowhere for NULL), and write to /dev/null, /dev/full and /dev/tty; nothing undoes it.
 * Reading stays as it was. As far as the kernel's revision goes, TCP ports and signals to other processes
 * are refused too. 0, or -1 with errno set. Follows landlock_restrict_self(2). */
int devemu_confine_writing(const char *folder);

#endif
