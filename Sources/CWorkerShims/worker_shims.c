#define _GNU_SOURCE
#include "worker_shims.h"

#include "sealed_memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

int devemu_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

// Through syscall(2), because glibc has a wrapper only since 2.36.
int devemu_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0u); }

int devemu_set_parent_death_signal(int signal_number) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal_number, 0ul, 0ul, 0ul);
}

// In the worker, before it has a channel on which to complain.
static void leave(const char *call) {
    dprintf(STDERR_FILENO, "devemu: %s: %s\n", call, strerror(errno));
    _exit(70);
}

// Closes everything from `first` on but the sealed copies of plugins, which are the same for every worker.
static void close_all_but_sealed(int first) {
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) leave("/proc/self/fd");
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        // "." and ".." become 0.
        int descriptor = atoi(entry->d_name);
        if (descriptor >= first && descriptor != dirfd(folder) && !devemu_is_sealed(descriptor)) close(descriptor);
    }
    closedir(folder);
}

pid_t devemu_fork_worker(const int *given, int count, const char *variable, const char *scratch) {
    // What is in a buffer now is printed by one process only.
    fflush(NULL);
    pid_t process = fork();
    if (process != 0) return process;

    setpgid(0, 0);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int index = 0; index < count; index++)
        if (dup2(given[index], index + 1) < 0) leave("dup2");
    // A worker is in a background process group: reading the terminal would stop it for ever.
    int empty = open("/dev/null", O_RDONLY);
    if (empty < 0 || dup2(empty, STDIN_FILENO) < 0) leave("/dev/null");
    close_all_but_sealed(count + 1);
    if (setenv(variable, scratch, 1) != 0 || setenv("TMPDIR", scratch, 1) != 0) leave("setenv");
    return 0;
}

char **devemu_environment(void) { return environ; }

int devemu_line_buffer_stdout(void) { return setvbuf(stdout, NULL, _IOLBF, 0); }

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    remove(path);
    return 0;
}

void devemu_remove_tree(const char *path) { nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

int devemu_signal_descriptor(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int devemu_take_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof(info)) == sizeof(info) ? (int)info.ssi_signo : 0;
}
