#define _GNU_SOURCE
#include "scratch_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 64 };

static bool is_dot(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

static bool is_folder(int parent, const char *name) {
    struct stat status;
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static int open_folder(int parent, const char *name) {
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// The entries of a folder from the first on; its descriptor stays open.
static DIR *entries_of(int folder) {
    int copy = open_folder(folder, ".");
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (entries == NULL && copy >= 0) close(copy);
    return entries;
}

// Moves what is in a folder up into `root`, or removes it at once: so no depth needs more than two descriptors.
static int flatten(int root, int folder, unsigned long *number, bool *moved_some) {
    DIR *entries = entries_of(folder);
    if (entries == NULL) return errno;
    int failure = 0;
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (is_dot(entry->d_name)) continue;
        if (!is_folder(folder, entry->d_name)) {
            if (unlinkat(folder, entry->d_name, 0) != 0 && failure == 0) failure = errno;
            continue;
        }
        // Renaming a folder changes it, which its mode must allow.
        fchmodat(folder, entry->d_name, S_IRWXU, 0);
        if (unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0) continue;
        char name[32];
        int moved;
        do {
            snprintf(name, sizeof(name), "%lu", (*number)++);
            moved = renameat(folder, entry->d_name, root, name);
        } while (moved != 0 && (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR));
        if (moved == 0) *moved_some = true;
        else if (failure == 0) failure = errno;
    }
    closedir(entries);
    return failure;
}

int devemu_clear_folder(int folder) {
    unsigned long number = 0;
    int failure;
    bool advanced;
    fchmod(folder, S_IRWXU);
    do {
        advanced = false;
        failure = 0;
        DIR *entries = entries_of(folder);
        if (entries == NULL) return errno;
        struct dirent *entry;
        while ((entry = readdir(entries)) != NULL) {
            if (is_dot(entry->d_name)) continue;
            int error = 0;
            if (!is_folder(folder, entry->d_name)) {
                if (unlinkat(folder, entry->d_name, 0) == 0) advanced = true;
                else error = errno;
            } else {
                fchmodat(folder, entry->d_name, S_IRWXU, 0);
                int below = open_folder(folder, entry->d_name);
                error = below < 0 ? errno : flatten(folder, below, &number, &advanced);
                if (below >= 0) close(below);
                if (unlinkat(folder, entry->d_name, AT_REMOVEDIR) == 0) advanced = true;
                else if (error == 0) error = errno;
            }
            if (failure == 0) failure = error;
        }
        closedir(entries);
        // What was moved up since the folder was read is found by the next round; one that changes nothing is the last.
    } while (advanced);
    return failure;
}

static int measure(int folder, int depth, uint64_t most, uint64_t *entries, uint64_t *bytes) {
    DIR *list = entries_of(folder);
    if (list == NULL) return 0;
    int result = 0;
    struct dirent *entry;
    while (*entries <= most && (entry = readdir(list)) != NULL) {
        struct stat status;
        if (is_dot(entry->d_name) || fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        *entries += 1;
        *bytes += (uint64_t)status.st_blocks * 512;
        if (!S_ISDIR(status.st_mode)) continue;
        if (depth == DEPTH) {
            result = 1;
            continue;
        }
        int below = open_folder(folder, entry->d_name);
        if (below < 0 && errno == EACCES && fchmodat(folder, entry->d_name, S_IRWXU, 0) == 0)
            below = open_folder(folder, entry->d_name);
        if (below < 0) continue;
        result |= measure(below, depth + 1, most, entries, bytes);
        close(below);
    }
    closedir(list);
    return result;
}

int devemu_measure_folder(int folder, uint64_t most, uint64_t *entries, uint64_t *bytes) {
    *entries = 0;
    *bytes = 0;
    return measure(folder, 1, most, entries, bytes);
}
