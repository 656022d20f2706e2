// Copies of files in memory that can never change again: memfd_create(2) and the seals of fcntl(2).
#pragma once
#include <stdbool.h>
#include <sys/types.h>

// The lowest number of such a descriptor where RLIMIT_NOFILE allows it, and in any case: a worker has others below.
enum { DEVEMU_SEALED_FIRST = 32, DEVEMU_SEALED_LOWEST = 8 };

// Copies `size` bytes of `source` from its beginning into new memory and seals it against writing, growing, shrinking
// and further seals. `name` is what /proc shows. The descriptor is closed on exec. Returns -1 with errno, which is
// ESTALE when the file has fewer bytes or more.
int devemu_sealed_copy(int source, off_t size, const char *name);

// Whether nothing can change what is behind a descriptor.
bool devemu_is_sealed(int descriptor);
