/* SPDX-License-Identifier: Apache-2.0
 *
 * confine_writing.h - the three system calls of landlock(7), which glibc has no functions for.
 */
#ifndef DEVEMU_CONFINE_WRITING_H
#define DEVEMU_CONFINE_WRITING_H

/* The revision of Landlock that the kernel speaks, 1 or more; -1 with errno set when it has none or it is
 * switched off. */
int devemu_landlock_revision(void);

/* From now on this process, its threads and children create regular files, folders and symbolic links, write,
 * rename, truncate and remove files below `folder` only (nowhere for NULL), and write to /dev/null; nothing
 * undoes it. Nodes of devices, FIFOs and sockets are made nowhere. Reading stays as it was. As far as the
 * kernel's revision goes, truncation (3), TCP ports (4), ioctl() on devices (5), abstract sockets and signals
 * to other processes (6) are refused too. The revision in force, or -1 with errno set. Follows
 * landlock_restrict_self(2). */
int devemu_confine_writing(const char *folder);

#endif
