// Folders that a plugin could write to, taken by descriptor: no link in them is followed, and no path is longer
// than a name, whatever their depth. The processes that wrote there must be gone before one is cleared.
#pragma once
#include <stdint.h>

// Removes everything in a folder. Zero, or the errno of the first entry that stays.
int devemu_clear_folder(int folder);

// Adds up what is below a folder: entries, and the bytes that they take on the disk. Stops when there are more
// entries than `most`. Folders below the 64th level are not entered: 1 is returned for those, else zero.
int devemu_measure_folder(int folder, uint64_t most, uint64_t *entries, uint64_t *bytes);
