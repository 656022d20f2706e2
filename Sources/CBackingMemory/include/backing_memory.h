// The one call behind real page contents that Swift's Glibc module does not show.
#pragma once

/// A memory file that is closed on exec; -1 with errno set on failure. See memfd_create(2).
int devemu_memory_file(const char *name);
