// The few calls Swift cannot make: variadic functions and names behind _GNU_SOURCE.
// Each returns what the wrapped call returns; no logic lives here.
#pragma once
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>

// pipe2(2) with O_CLOEXEC, so that a spawn in another thread never inherits an end.
int devemu_pipe_cloexec(int ends[2]);

// pidfd_open(2); -1 with ENOSYS before Linux 5.3.
int devemu_pidfd_open(pid_t process);

// prctl(2) PR_SET_PDEATHSIG: the signal this process gets when the spawning thread ends.
int devemu_set_parent_death_signal(int signal_number);

// posix_spawn_file_actions_addclosefrom_np(3)
int devemu_spawn_close_from(posix_spawn_file_actions_t *actions, int lowest);

// environ(7), which Swift 6 refuses as shared mutable state.
char **devemu_environment(void);

// signalfd(2): readable when one of the signals is pending, closed on exec.
int devemu_signal_descriptor(const sigset_t *signals);

// read(2) of it: the number of a signal that was pending, zero for none.
int devemu_take_signal(int descriptor);

// setvbuf(3): whole lines leave stdout at once, so that a crash does not swallow them.
int devemu_line_buffer_stdout(void);

// Removes a folder with everything in it, as far as that is allowed; links are not followed. Corresponds to
// nftw(3).
void devemu_remove_tree(const char *path);
