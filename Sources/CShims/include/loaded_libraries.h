/* SPDX-License-Identifier: Apache-2.0
 *
 * loaded_libraries.h - what the dynamic linker has loaded into this process. Its own interface is behind
 * _GNU_SOURCE, which headers that Swift imports must not define: its module of the C library has none.
 */
#ifndef DEVEMU_LOADED_LIBRARIES_H
#define DEVEMU_LOADED_LIBRARIES_H

/* Calls `each` with the path of every loaded library. Follows dl_iterate_phdr(3). */
void devemu_each_loaded_library(void (*each)(const char *path, void *context), void *context);

#endif
