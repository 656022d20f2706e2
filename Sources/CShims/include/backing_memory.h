// Memory of the host behind emulated pages: their contents, and what is known of each.
#pragma once
#include <stddef.h>

/// Zeroed memory for `count` things of `size` bytes, which takes none of the host's before it is written to; NULL
/// when there is none. See calloc(3).
void *devemu_zeroed_memory(size_t count, size_t size);

/// Gives zeroed memory back. See free(3).
void devemu_free_memory(void *memory);

/// A memory file that is closed on exec; -1 with errno set on failure. It is the reserved one, if there is one that
/// was not given away yet. See memfd_create(2).
int devemu_memory_file(const char *name);

/// Makes the memory file that devemu_memory_file() gives away next, for a process that goes on into a sandbox in which it
/// can make none. 0, or -1 with errno set. Not to be called by two threads.
int devemu_reserve_memory_file(const char *name);
