#define _GNU_SOURCE
#include "worker_shims.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
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

int devemu_spawn_close_from(posix_spawn_file_actions_t *actions, int lowest) {
    return posix_spawn_file_actions_addclosefrom_np(actions, lowest);
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
